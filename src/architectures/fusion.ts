import { hide, readCaption } from '../inputs/caption';
import { pixelBox } from '../inputs/crop';
import { normalise } from '../inputs/normalise';
import { resize, type Pixels } from '../inputs/resize';
import type { Tensor } from '../tensor/tensor';
import type { Ask, Box, Input, Token } from '../trace/trace';
import type { Assets, Call, Feed, Outcome, Prepared } from './adapter';
import { likeliestAnswers } from './answers';
import { guesses } from './guess';
import { lengthOf, sliceOf } from './layout';
import { readMaps } from './maps';
import { readMasks } from './masks';
import { blank, imageTokens, sightFeeds } from './seen';
import type { Manifest } from './manifest';
import type { Sight } from './sight';

/** The one graph of a model that fuses a picture and a caption. */
const role = 'model';
const tasks = ['match', 'mask', 'answer'] as const;

/**
 * Cuts and resizes the picture, reads the caption, and lays the tokens out in the manifest's order.
 * @throws Error when the crop lies outside the picture
 */
export function prepareFusion({ picture, crop, caption }: Input, assets: Assets, sight?: Sight): Prepared {
  const { manifest, tokenizer, lexicon } = assets;
  const { size, resample } = manifest.image;
  const { ids, tokens, truncatedAt } = readCaption(caption, tokenizer, manifest.text, lexicon);
  const pixels = sight ? blank : resize(picture, size, resample, pixelBox(crop, picture));
  return { caption, pixels, sight, ids, tokens: layOut(manifest, tokens, crop, sight), truncatedAt };
}

/** The stored input that a model's reference was made from. */
export function restoreFusion(
  pixels: Pixels,
  ids: readonly number[],
  { manifest, tokenizer }: Assets,
  sight?: Sight,
): Prepared {
  const text = ids.map((id): Token => ({ stream: 'text', role: 'word', text: tokenizer.piece(id) }));
  const tokens = layOut(manifest, text, [0, 0, 1, 1], sight);
  return { caption: '', pixels, sight, ids, tokens, truncatedAt: null };
}

/** Text tokens and those of the picture, end to end as `manifest.sequence` says. */
function layOut(manifest: Manifest, text: readonly Token[], crop: Box, sight: Sight | undefined): Token[] {
  const picture = imageTokens(manifest, crop, sight);
  return manifest.sequence.flatMap((stream) => (stream === 'text' ? text : picture));
}

/**
 * One forward pass. `outputs.match` is the logit [1]. Every masked word is guessed; then, or with the task `mask`, `outputs.mask` are the
 * logits [positions, vocabulary] of the masked positions, or of all text when none is masked. With the task `answer` the caption is a
 * question: `outputs.answer` are the logits [1, answers], and there is no `outputs.match`. The task `mask` with nothing masked brings
 * them too, so that one run gives all that a model can be compared by.
 * @throws Error when `ask.masked` names a position that holds no word, or one of `ask.masks` does not fit its attention
 */
export async function runFusion(prepared: Prepared, assets: Assets, call: Call, ask: Ask): Promise<Outcome> {
  const { manifest, tokenizer } = assets;
  const { ids, tokens } = withMasks(prepared, assets, ask.masked ?? []);
  const [start, end] = sliceOf(tokens, ['text']);
  const masked = tokens.flatMap((token, at) => (token.role === 'mask' ? [at] : []));
  const everything = ask.task === 'mask' && masked.length === 0;
  const wanted = {
    match: ask.task !== 'answer',
    mask: ask.task === 'mask' || masked.length > 0,
    answer: ask.task === 'answer' || (everything && manifest.tasks.answer !== undefined),
  };
  const names = tasks.filter((task) => wanted[task]).map((task) => [task, outputOf(manifest, task)] as const);
  const bare = readMaps(role, manifest.graphs[role], tokens, null, 'none');
  const answer = await call(
    role,
    { ...imageFeeds(prepared, manifest, role), ...textFeeds(ids) },
    {
      outputs: names.map(([, name]) => name),
      maps: ask.attentions !== 'none',
      masks: readMasks(ask.masks, bare, role),
    },
  );
  const outputs: Record<string, Tensor> = Object.fromEntries(
    names.map(([task, name]) => [task, answer.outputs[name]]),
  );
  if (wanted.mask) {
    const all = Array.from({ length: lengthOf([start, end]) }, (_, row) => row);
    outputs.mask = pickRows(outputs.mask, masked.length > 0 ? masked.map((at) => at - start) : all);
  }
  return {
    model: manifest.id,
    caption: prepared.caption,
    tokens,
    attentions: readMaps(role, manifest.graphs[role], tokens, answer.maps, ask.attentions),
    outputs,
    guesses: outputs.mask ? guesses(outputs.mask, masked, (id) => tokenizer.piece(id)) : [],
    ...(ask.task === 'answer' && { answers: likeliestAnswers(outputs.answer, manifest) }),
    truncatedAt: prepared.truncatedAt,
  };
}

/** Ids and tokens with words hidden. */
export function withMasks(
  { ids, tokens, truncatedAt }: Prepared,
  { manifest, tokenizer }: Assets,
  masked: readonly number[],
) {
  const [start, end] = sliceOf(tokens, ['text']);
  for (const at of masked)
    if (tokens[at]?.stream !== 'text' || tokens[at].role !== 'word')
      throw new Error(
        `expected a word to mask at position ${at}, got ${tokens[at]?.text ?? tokens[at]?.role ?? 'nothing'}`,
      );
  const text = hide(
    { ids: [...ids], tokens: tokens.slice(start, end), truncatedAt },
    masked.map((at) => at - start),
    tokenizer,
    manifest.text,
  );
  return { ids: text.ids, tokens: [...tokens.slice(0, start), ...text.tokens, ...tokens.slice(end)] };
}

/** What a text encoder is given. */
export function textFeeds(ids: readonly number[]): Record<string, Feed> {
  const dims = [1, ids.length];
  return {
    input_ids: { dtype: 'int64', dims, data: BigInt64Array.from(ids, BigInt) },
    attention_mask: { dtype: 'int64', dims, data: BigInt64Array.from(ids, () => 1n) },
  };
}

/** What a graph is given of the picture: its pixels, or what a backbone made of it. */
export function imageFeeds(
  { pixels, sight }: Prepared,
  { image, graphs }: Manifest,
  role: string,
): Record<string, Feed> {
  if (sight) return sightFeeds(sight, graphs[role].inputs);
  return { pixel_values: { dtype: 'float32', ...normalise(pixels, image) } };
}

function outputOf({ id, tasks }: Manifest, task: 'match' | 'mask' | 'answer'): string {
  const address = tasks[task]?.output;
  if (!address?.startsWith(`${role}/`))
    throw new Error(`${id}: expected an output "${role}/…" for the task ${task}, got ${address ?? 'none'}`);
  return address.slice(role.length + 1);
}

/** Rows of [1, rows, columns] as [picked, columns]. */
export function pickRows({ dims, data }: Tensor, rows: readonly number[]): Tensor {
  const columns = dims[2];
  const picked = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => picked.set(data.subarray(row * columns, (row + 1) * columns), i * columns));
  return { dims: [rows.length, columns], data: picked };
}
