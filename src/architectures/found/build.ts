import type { Frame } from '../../inputs/frame';
import { feedsOf, outputsBehind, type Part } from './feeds';
import type { Inspection } from './inspection';
import type { AttentionEntry, GraphEntry, Manifest, Source } from '../manifest';
import { normalisations, sees, type Answers, type Proposal } from './proposal';
import { tasksOf as publishedTasks } from '../published/published';
import type { Placing } from './processor';
import { withRows } from './rows';
import { scoreOf, tasksOf, writesOf } from './tasks';
import type { Arrangement } from '../tiles';
import { attendApart, layoutOf, placesIn, queriesOf, regionsOf, shownOf, type Given } from './shown';

/** What PyTorch says of one input, among the files of a visitor's model. */
export const referenceName = 'reference.safetensors';

/** A file of a visitor's model as it is stored. */
export interface StoredFile {
  sha256: string;
  bytes: number;
}

/** What belongs to a graph beside what its inspection says. */
export interface GraphFiles extends StoredFile {
  name: string;
  /** Files of its weights, by the path that it names them by. */
  external: string[];
}

/**
 * The manifest of a visitor's model.
 * @param answers to the proposal's questions; what is not answered is as proposed
 * @param graphs by role
 * @param files every other file by its name
 */
export function buildManifest(
  id: string,
  name: string,
  proposal: Proposal,
  answers: Answers,
  graphs: Readonly<Record<string, GraphFiles>>,
  files: Readonly<Record<string, StoredFile>>,
): Manifest {
  const { published } = proposal;
  const parts = proposal.parts.map((part) => withRows(part, answers.rows));
  const said = (field: string) =>
    parts.map(({ inspection }) => inspection.draft[field]?.value).find((value) => value !== undefined) ??
    null;
  const text = (field: string) => said(`text.${field}`) as string | null;
  const { kind: found, streams } = kindOf(parts);
  const kind = (answers.kind as Manifest['interaction'] | undefined) ?? found;
  const order = orderOf(
    said('sequence') as Manifest['sequence'] | null,
    said('own.lead') as number | null,
    answers,
  );
  const present = order.streams.filter((stream) => sees(parts, stream));
  const ids = inputs(parts).find((input) => input.kind === 'text')?.dims?.[1];
  const length = typeof ids === 'number' ? ids : null;
  const layout = layoutOf(parts);
  const placing = said('own.placing') as Placing | null;
  const image = imageOf({ ...proposal, parts }, answers);
  const joined =
    parts.map(({ inspection }) => inspection.architecture.places).find(Boolean) ??
    placesOf(parts, layout, placing);
  const anySize = layout?.cut !== undefined && layout.size === null;
  const places = joined && anySize ? { ...joined, count: image.grid![0] * image.grid![1] } : joined;
  const regions = regionsOf(parts);
  const given = { written: published?.written ?? null, second: published?.second ?? null };
  const feeds = Object.fromEntries(
    parts.map((part) => [part.role, answeredFeeds(part, parts, answers, given)]),
  );
  const writes = published ? published.writes : writesOf(proposal, length, placing);
  const tasks = published
    ? publishedTasks(published)
    : tasksOf(proposal, answers, writes ? null : text('mask'));
  /** Whether what it writes is all of the text that it reads. */
  const writesAll = published?.writes != null && !published.writes.asked;
  const edges = (writesAll ? 1 : 0) + (published?.tail === undefined ? 0 : 1);
  const score = published ? published.score : (scoreOf(proposal, answers)?.score ?? null);
  const used = [
    ...Object.values(tasks).map((task) => task.output),
    writes?.output,
    ...Object.values(feeds).flatMap((of) => Object.values(of).flatMap(outputsBehind)),
    score?.by === 'cosine' && score.with,
  ];
  const shown = parts.flatMap((part) => shownOf(part, parts));
  const tokenizer = 'tokenizer.json' in files ? 'tokenizer.json' : '';
  return {
    schema: 1,
    id,
    name,
    summary: `${published ? `A published ${published.family}` : 'A model of your own'}: ${kind}${present.length > 1 ? `, ${streams} stream` : ''}.`,
    adapter: 'own',
    after: '',
    differs: '',
    interaction: kind,
    streams,
    visual: regions > 0 ? 'region' : (layout?.kind ?? 'image'),
    parameters: parts.reduce((sum, { inspection }) => sum + inspection.parameters, 0),
    image,
    text: {
      tokenizer,
      maxTokens:
        Math.min(
          (length ?? Infinity) - (places?.count ?? 0),
          published?.words ?? Infinity,
          (said('text.maxTokens') as number | null) ?? 64,
        ) - edges,
      cls: writesAll ? null : text('cls'),
      sep: writes && !published?.writes?.asked ? null : text('sep'),
      mask: text('mask'),
      pad: text('pad'),
      unk: text('unk'),
    },
    sequence: present,
    graphs: Object.fromEntries(entries(parts, graphs, used, order.lead, given, answers)),
    tasks,
    ...(published?.labels.length ? { answers: published.labels } : {}),
    own: {
      feeds,
      length,
      registers: Math.max(0, (layout?.extra ?? 0) - 1),
      ...(layout?.behind && !layout.behind.answer ? { behind: layout.behind.count } : {}),
      regions,
      score,
      ...picturesOf(parts, answers),
      ...(shown.some(({ queries }) => queries.includes('query')) ? { queries: queriesOf(parts) } : {}),
      ...(given.second === null ? {} : { second: true as const }),
      ...(order.lead > 0 ? { lead: order.lead } : {}),
      ...(places ? { places } : {}),
      ...(published?.tail === undefined ? {} : { tail: published.tail }),
      ...(published?.lower ? { lower: true } : {}),
      ...(writes ? { writes } : {}),
    },
    files: { ...files },
    ...(referenceName in files ? { reference: { file: referenceName } } : {}),
    metrics: [],
    licence: 'not known',
  };
}

/** Places of a picture in a sequence that the page joins. Where no configuration names an id for them, any will do: what is looked up for it gives way. */
function placesOf(
  parts: readonly Part[],
  layout: ReturnType<typeof layoutOf>,
  placing: Placing | null,
): { id: number | null; count: number } | null {
  const count = placesIn(parts) ?? (layout?.grid ? layout.grid[0] * layout.grid[1] : null);
  const joins = parts.some(({ inspection }) => inspection.inputs.some(({ kind }) => kind === 'sequence'));
  return joins && count !== null ? { id: placing?.id ?? null, count } : null;
}

/** Which stream comes first, and how many words before the picture where there are words on both sides. */
function orderOf(
  found: Manifest['sequence'] | null,
  lead: number | null,
  { sequence }: Answers,
): { streams: Manifest['sequence']; lead: number } {
  const answer = sequence?.split(' ');
  const around = answer ? Number(answer[0]) : (found?.length ?? 0) > 2 ? (lead ?? 1) : NaN;
  if (around > 0) return { streams: ['text', 'image'], lead: around };
  const streams = (answer as Manifest['sequence'] | undefined) ?? found ?? ['text', 'image'];
  return { streams: streams.slice(0, 2), lead: 0 };
}

/** Several pictures that are taken at once, as was answered. */
function picturesOf(
  parts: readonly Part[],
  answers: Answers,
): Pick<NonNullable<Manifest['own']>, 'pictures'> {
  const count = layoutOf(parts)?.pictures ?? 1;
  const { tiled } = layoutOf(parts) ?? {};
  const as = tiled ? 'first' : ((answers.frames ?? 'same') as Arrangement);
  const shown = attendApart(parts) ? Math.min(count, Math.max(1, Number(answers.frame ?? 1))) - 1 : null;
  return count > 1 ? { pictures: { count, as, shown, ...(tiled && { tiled }) } } : {};
}

const inputs = (parts: readonly Part[]) => parts.flatMap(({ inspection }) => inspection.inputs);

/** The two axes of several graphs together: two encoders meet in nothing but their outputs. */
function kindOf(parts: readonly Part[]): { kind: Manifest['interaction']; streams: Manifest['streams'] } {
  const decoder = parts.find(({ role }) => role === 'decoder' || role === 'model');
  if (!decoder) return { kind: parts.length > 1 ? 'VSE' : 'one modality', streams: 'double' };
  const { interaction, streams } = decoder.inspection.architecture;
  const kind = interaction.value === 'none' ? 'one modality' : interaction.value;
  return { kind, streams: parts.length > 1 ? 'double' : streams.value };
}

function imageOf({ parts, published }: Proposal, answers: Answers): Manifest['image'] {
  const draft = parts.find(({ inspection }) => inspection.draft['image.mean'])?.inspection.draft ?? {};
  const layout = layoutOf(parts);
  const patch = layout?.patch;
  const asked = Number(answers.size);
  const size = (draft['image.size']?.value as [number, number] | undefined) ?? [1, 1];
  const wanted: [number, number] = asked >= 1 ? [asked, asked] : size;
  const sides = layout?.cut && patch ? evenly(wanted, patch) : wanted;
  const preset = normalisations[answers.normalisation as keyof typeof normalisations] as
    { mean: [number, number, number]; std: [number, number, number] } | undefined;
  const grid: [number, number] | null =
    layout?.grid ?? (patch ? [Math.floor(sides[0] / patch[0]), Math.floor(sides[1] / patch[1])] : null);
  return {
    size: sides,
    fit: 'crop',
    resample: (answers.resample ?? draft['image.resample']?.value ?? 'bicubic') as 'bicubic',
    mean: preset?.mean ?? (draft['image.mean']?.value as [number, number, number]) ?? [0.5, 0.5, 0.5],
    std: preset?.std ?? (draft['image.std']?.value as [number, number, number]) ?? [0.5, 0.5, 0.5],
    cls: (layout?.extra ?? 0) > 0,
    ...(grid ? { grid } : {}),
    ...frameWithin(published?.frame ?? null, layout?.size ?? null),
  };
}

/** Sides that patches fill, at least one of them. */
const evenly = (sides: [number, number], patch: readonly [number, number]) =>
  sides.map((side, i) => Math.max(1, Math.floor(side / patch[i])) * patch[i]) as [number, number];

/** A frame whose cut is what the graph takes, where it takes one size only. */
function frameWithin(
  frame: Frame | null,
  fixed: [number, number] | null,
): { frame?: Manifest['image']['frame'] } {
  if (!frame) return {};
  const crop = frame.crop && ([...(fixed ?? frame.crop)] as [number, number]);
  return { frame: { ...frame, crop } };
}

function answeredFeeds(
  part: Part,
  parts: readonly Part[],
  answers: Answers,
  given: Given,
): Record<string, Source> {
  return Object.fromEntries(
    Object.entries(feedsOf(part, parts).feeds).map(([input, { value, sure }]): [string, Source] => {
      if (input === given.written) return [input, { from: 'written' }];
      if (input === given.second && value.from === 'pixels') return [input, { ...value, second: true }];
      const answer = answers[`${part.role}/${input}`];
      return [input, sure || answer === undefined ? value : { from: 'fill', value: Number(answer) }];
    }),
  );
}

/** Graphs with the attentions that can be shown and the outputs that are read: the runtime makes one tensor of all that are named. */
function entries(
  parts: readonly Part[],
  graphs: Readonly<Record<string, GraphFiles>>,
  used: readonly unknown[],
  lead: number,
  given: Given,
  answers: Answers,
): [string, GraphEntry][] {
  // Words on both sides of a picture lie in one slice only together with it.
  const lies = ({ queries, keys }: AttentionEntry) =>
    lead === 0 || [queries, keys].every((streams) => streams.includes('image'));
  const shown = parts.map((part) => shownOf(part, parts, given).filter(lies));
  const count = shown.flat().length;
  const { shown: frame } = picturesOf(parts, answers).pictures ?? {};
  let place = 0;
  return parts.map(({ role, inspection }, i) => {
    const { name, sha256, bytes, external } = graphs[role];
    const entry: GraphEntry = {
      file: name,
      sha256,
      bytes,
      inputs: inspection.inputs.map((port) => portOf(port, inspection)),
      outputs: inspection.outputs
        .filter(({ name }) => used.includes(`${role}/${name}`))
        .map((port) => portOf(port, inspection)),
      attentions: shown[i].map((entry) => ({
        ...entry,
        ...(entry.part && frame ? { part: { ...entry.part, from: frame, to: frame + 1 } } : {}),
        depth: count > 1 ? (entry.picture === undefined ? place++ / (count - 1) : entry.depth) : 0,
      })),
      ...(external.length > 0 ? { external } : {}),
    };
    return [role, entry];
  });
}

/** Free lengths under names that say which are alike: exporters give those of outputs names of their own. */
function portOf(
  { name, dtype, dims, tried }: Inspection['outputs'][number],
  { inputs }: Inspection,
): GraphEntry['outputs'][number] {
  const text = inputs.find(({ kind }) => kind === 'text');
  const free = text?.dims?.[1];
  return {
    name,
    dtype: dtype as 'float32',
    dims: (dims ?? tried ?? []).map((dim, axis) => {
      if (typeof dim === 'number') return Math.max(1, dim);
      if (tried?.[axis] === 1) return 1;
      const alongText = typeof free === 'string' && tried?.[axis] === text?.tried?.[1];
      return alongText ? free : (dim ?? `${name} ${axis}`);
    }),
  };
}
