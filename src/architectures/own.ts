import { pixelBox } from '../inputs/crop';
import { patchTokens } from '../inputs/patches';
import { framePicture } from '../inputs/frame';
import { resize, type Pixels } from '../inputs/resize';
import type { Tensor } from '../tensor/tensor';
import type { Ask, Box, Features, Guess, Input, Token } from '../trace/trace';
import type { Adapter, Assets, Call, Outcome, Prepared } from './adapter';
import { writeAnswer } from './answering';
import { likeliestAnswers } from './answers';
import { feed } from './feeding';
import { outputsBehind } from './found/feeds';
import { askedOf } from './encoders';
import { pickRows, withMasks } from './fusion';
import { featuresFor, regionTokens } from './given';
import { groupingOf, placesOf, sidesOf, spreadMask } from './grouping';
import { guesses } from './guess';
import { blank } from './seen';
import type { Manifest } from './manifest';
import { partsOf, tiledTokens } from './tiles';
import { answering, likelihood, nextWords, readText, rewritten } from './writing';
import { readMaps } from './maps';
import { readMasks } from './masks';
import { leadOf, takePlace, withPlaces } from './places';

/** Models that visitors bring: graphs run one after another, and are fed as the manifest's `own` says. */
export const adapter: Adapter = {
  check: (manifest) => void ownOf(manifest),
  prepare({ picture, crop, caption, features: given }, assets) {
    const { manifest } = assets;
    const features = featuresFor(manifest, given);
    const { size, resample, frame } = manifest.image;
    const framed = frame && framePicture(picture, crop, frame, size, resample);
    const seen = framed?.seen ?? crop;
    const pixels = !seesPixels(manifest)
      ? blank
      : (framed?.pixels ?? resize(picture, size, resample, pixelBox(crop, picture)));
    const whole = manifest.sequence.includes('text')
      ? readText(caption, assets)
      : { ids: [], tokens: [], truncatedAt: null };
    const { read, lead } = takePlace(whole, manifest) ?? { read: whole };
    const { ids, tokens, truncatedAt } = read;
    const laid = padded(assets, ids, tokens, seen, pixels, features, lead);
    const tiles = tilesOf(picture, seen, manifest);
    return answering({ caption, pixels, features, ...tiles, ...laid, truncatedAt }, [], assets);
  },
  restore(pixels, ids, assets, _, written) {
    const tokens = ids.map((id): Token => ({
      stream: 'text',
      role: 'word',
      text: assets.tokenizer.piece(id),
    }));
    const laid = padded(assets, ids, tokens, [0, 0, 1, 1], pixels);
    return answering({ caption: '', pixels, ...laid, truncatedAt: null }, written?.slice(1) ?? [], assets);
  },
  run: runOwn,
};

function ownOf({ id, own }: Manifest): NonNullable<Manifest['own']> {
  if (!own) throw new Error(`${id}: expected the field "own" in the manifest of a visitor’s model, got none`);
  return own;
}

/** Frames or tiles of the part of a picture that is seen, each at the size of one. */
function tilesOf(picture: Input['picture'], seen: Box, { image, own }: Manifest): Pick<Prepared, 'tiles'> {
  const { count, as, tiled } = own?.pictures ?? { count: 1, as: 'same' };
  if (count === 1 || as === 'same') return {};
  const tile = (box: Box) => resize(picture, image.size, image.resample, pixelBox(box, picture));
  return { tiles: partsOf(count, as, seen, tiled).map(tile) };
}

const seesPixels = (manifest: Manifest) =>
  Object.values(ownOf(manifest).feeds).some((feeds) =>
    Object.values(feeds).some(({ from }) => from === 'pixels' || from === 'cut'),
  );

/** Whether padding is no key: a graph that is not told which words count looks at it as at words (SigLIP). */
const hidesPadding = (manifest: Manifest) =>
  Object.values(ownOf(manifest).feeds).some((feeds) =>
    Object.values(feeds).some(({ from }) => from === 'visible'),
  );

/** Ids as many as the graph takes, and every token in the manifest's order, or with the picture behind so many words. */
function padded(
  { manifest, tokenizer }: Assets,
  ids: readonly number[],
  text: readonly Token[],
  seen: Box,
  pixels: Pixels,
  features?: Features,
  before?: number,
): { ids: number[]; tokens: Token[] } {
  const { sequence, image, text: layout, graphs } = manifest;
  const { length, registers, regions, places, ...own } = ownOf(manifest);
  const lead = before ?? own.lead;
  const missing = Math.max(0, (length ?? 0) - ids.length - (places?.count ?? 0));
  const pad = layout.pad ?? '[PAD]';
  const role = hidesPadding(manifest) ? 'pad' : 'sep';
  const padding = Array.from({ length: missing }, (): Token => ({ stream: 'text', role, text: pad }));
  const register = (): Token => ({ stream: 'image', role: 'register', image: 0 });
  const grid = gridOf(image, pixels);
  const { count, as, shown } = own.pictures ?? { count: 1, as: 'same', shown: null };
  const boxes = partsOf(count, as, seen);
  const patches = (shown === null ? boxes : [boxes[shown]]).flatMap((box, i) => {
    const laid = grid ? patchTokens(grid, box, image.cls) : [];
    if (registers > 0) laid.splice(image.cls ? 1 : 0, 0, ...Array.from({ length: registers }, register));
    laid.push(...Array.from({ length: own.behind ?? 0 }, register));
    return laid.map((token) => ({ ...token, image: shown ?? i }));
  });
  const { tiled } = own.pictures ?? {};
  const placed = grid && tiled ? tiledTokens(grid, tiled, seen) : patches;
  const picture = regions > 0 ? regionTokens(features, regions) : placed;
  const order = sequence.flatMap((stream) => (stream === 'text' ? [...text, ...padding] : picture));
  return {
    ids: [...ids, ...Array.from({ length: missing }, () => tokenizer.id(pad) ?? 0)],
    tokens:
      lead === undefined
        ? [...leading(graphs), ...order]
        : [...text, ...padding].toSpliced(lead, 0, ...picture),
  };
}

/** What stands before both streams, where an attention of both has such positions. */
function leading(graphs: Manifest['graphs']): Token[] {
  const leads = Object.values(graphs).flatMap(({ attentions }) => attentions.map(({ lead = 0 }) => lead));
  const count = Math.max(0, ...leads);
  return Array.from({ length: count }, (): Token => ({ stream: 'query', role: 'cls', text: '[CLS]' }));
}

/** Patches per row and column: as many as fit into a picture that is not always of one size. */
function gridOf(
  { grid, size, frame }: Manifest['image'],
  { width, height }: Pixels,
): [number, number] | null {
  if (!grid || !frame?.multiple) return grid ?? null;
  return [Math.round((grid[0] * width) / size[0]), Math.round((grid[1] * height) / size[1])];
}

/**
 * One pass through all graphs. With the task `write`, `next` is what the model would write next. `outputs.match` is there when the model has a score; `outputs.mask` are the logits of hidden words, or with the task
 * `mask` and nothing hidden those of all words; `outputs.answer` [1, answers] those of a question, which come with the latter too.
 * A graph of which nothing is wanted does not run. A sequence that is long comes back in places of several tokens, unless it is asked for whole.
 * @throws Error when `ask.masked` names a position that holds no word, or the model cannot guess words
 */
async function runOwn(given: Prepared, assets: Assets, call: Call, ask: Ask): Promise<Outcome> {
  const { manifest, tokenizer } = assets;
  if (ask.task === 'write' && !manifest.own?.writes) throw new Error(`${manifest.name} writes no captions.`);
  if (ask.task === 'answer' && manifest.own?.writes?.asked)
    return writeAnswer(assets, ask, (step) => runOwn(given, assets, call, step));
  const prepared = ask.task === 'write' ? rewritten(given, ask.written ?? [], assets) : given;
  const { score, feeds, writes } = ownOf(manifest);
  const graphs = Object.entries(manifest.graphs);
  const queries = queryTokens(manifest);
  const whole = [...prepared.tokens, ...queries];
  const all = graphs.flatMap(([role, entry]) => readMaps(role, entry, whole, null, 'none'));
  const grouping = ask.whole ? null : groupingOf(whole, all);
  const hidden = (ask.masked ?? []).flatMap((at) => grouping?.members[at] ?? [at]);
  const { ids, tokens: read } = prepared.ids.length
    ? hideWords(prepared, assets, hidden)
    : { ids: [], tokens: prepared.tokens };
  const tokens = [...read, ...queries];
  const grouped = grouping && { ...grouping, places: placesOf(tokens, grouping.members) };
  const inPlace = (guess: Guess): Guess => ({
    ...guess,
    token: grouped?.members.findIndex((positions) => positions.includes(guess.token)) ?? guess.token,
  });
  const masked = tokens.flatMap((token, at) => (token.role === 'mask' ? [at] : []));
  const { match, mask, answer: answers } = manifest.tasks;
  if (masked.length > 0 && !mask) throw new Error(`${manifest.name} guesses no hidden words.`);
  if (ask.task === 'answer' && !answers) throw new Error(`${manifest.name} answers no questions.`);
  const everything = ask.task === 'mask' && masked.length === 0;
  const wantsNext = writes !== undefined && (everything || ask.task === 'write');
  const wantsWords = mask !== undefined && (everything || masked.length > 0);
  const wantsAnswer = answers !== undefined && (everything || ask.task === 'answer');
  const wanted = [
    ask.task === 'write' ? undefined : match?.output,
    wantsNext ? writes.output : undefined,
    score?.by === 'cosine' ? score.with : undefined,
    wantsWords ? mask.output : undefined,
    wantsAnswer ? answers.output : undefined,
    ...Object.values(feeds).flatMap((of) => Object.values(of).flatMap(outputsBehind)),
  ];
  const bare = graphs.flatMap(([role, entry]) => readMaps(role, entry, tokens, null, 'none', grouped));
  const made = new Map<string, Tensor>();
  const attentions: Outcome['attentions'] = [];
  for (const [role, entry] of graphs) {
    const asked = askedOf(ask.attentions, attentions.length, entry.attentions.length);
    const maps = asked !== 'none' && entry.attentions.length > 0;
    const names = entry.outputs.map(({ name }) => name).filter((name) => wanted.includes(`${role}/${name}`));
    const nothing = !maps && names.length === 0;
    const sides = grouped && sidesOf(entry, tokens, grouped);
    const masks = readMasks(ask.masks, bare, role);
    const answer = nothing
      ? { outputs: {}, maps: null }
      : await call(
          role,
          Object.fromEntries(
            entry.inputs.map((port) => [
              port.name,
              feed(
                port,
                feeds[role][port.name],
                withPlaces({ ...prepared, ids, tokens: read }, manifest),
                manifest,
                made,
              ),
            ]),
          ),
          {
            outputs: names,
            maps,
            masks: sides ? masks.map((mask) => spreadMask(mask, entry.attentions[mask.entry], sides)) : masks,
            sides,
          },
        );
    for (const [name, tensor] of Object.entries(answer.outputs)) made.set(`${role}/${name}`, tensor);
    attentions.push(...readMaps(role, entry, tokens, answer.maps, asked, grouped));
  }
  const outputs: Record<string, Tensor> = {};
  const value = match && score && ask.task !== 'write' ? scoreOf(made, match.output, score, ids) : null;
  if (value !== null) outputs.match = { dims: [1], data: Float32Array.of(value) };
  if (wantsWords) {
    const logits = made.get(mask.output)!;
    const words = tokens.flatMap(({ stream }, at) => (stream === 'text' ? [at] : []));
    const rows = everything ? words : masked;
    outputs.mask = pickRows(
      logits,
      rows.map((at) => (logits.dims[1] === words.length ? words.indexOf(at) : at)),
    );
  }
  if (wantsNext && everything)
    outputs.mask = pickRows(made.get(writes.output)!, [...(prepared.written ?? ids).keys()]);
  if (wantsAnswer) outputs.answer = made.get(answers.output)!;
  return {
    model: manifest.id,
    caption: prepared.caption,
    tokens: grouped?.places ?? tokens,
    attentions,
    outputs,
    guesses: outputs.mask ? guesses(outputs.mask, masked, (id) => tokenizer.piece(id)).map(inPlace) : [],
    ...(ask.task === 'answer' && { answers: likeliestAnswers(outputs.answer, manifest) }),
    ...(wantsNext && { next: nextWords(made.get(writes.output)!, assets) }),
    truncatedAt: prepared.truncatedAt,
  };
}

/** Index of the first learnt query among what is chosen as words are: behind those of any caption. */
const firstQuery = 10_000;

/** Learnt queries stand behind everything that is read, numbered from 1. */
function queryTokens({ own }: Manifest): Token[] {
  return Array.from({ length: own?.queries ?? 0 }, (_, i) => ({
    stream: 'query',
    role: 'object',
    text: `query ${i + 1}`,
    word: firstQuery + i,
  }));
}

/** Ids and tokens with some words hidden, wherever the picture stands. */
function hideWords(prepared: Prepared, assets: Assets, masked: readonly number[]) {
  const lead = leadOf(prepared.tokens);
  if (lead === 0 || prepared.tokens.at(-1)?.stream === 'image') return withMasks(prepared, assets, masked);
  const text = prepared.tokens.filter(({ stream }) => stream === 'text');
  const picture = prepared.tokens.filter(({ stream }) => stream !== 'text');
  const places = masked.map((at) => (at < lead ? at : at - picture.length));
  const hidden = withMasks({ ...prepared, tokens: [...text, ...picture] }, assets, places);
  const words = hidden.tokens.slice(0, text.length);
  return { ids: hidden.ids, tokens: words.toSpliced(lead, 0, ...picture) };
}

/** The score as one number: a logit as it is, the lead of one of two logits, or a cosine. */
function scoreOf(
  made: ReadonlyMap<string, Tensor>,
  output: string,
  score: NonNullable<NonNullable<Manifest['own']>['score']>,
  ids: readonly number[],
): number {
  if (score.by === 'likelihood') return likelihood(made.get(output)!, ids);
  const data = made.get(output)?.data ?? new Float32Array();
  if (score.by === 'value') return data[0];
  if (score.by === 'column') return data[score.column] - data[1 - score.column];
  const other = made.get(score.with)?.data ?? new Float32Array();
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  return dot(data, other) / Math.sqrt(dot(data, data) * dot(other, other));
}
