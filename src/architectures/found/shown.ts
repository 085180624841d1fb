import { feedsOf, type Part } from './feeds';
import type { Guess } from '../../onnx/find/guess';
import type { AttentionEntry } from '../manifest';

type Layout = NonNullable<Part['inspection']['architecture']['image']>['value'];

/** How the picture is laid out, by whichever graph sees it; null where none does. */
export function layoutOf(parts: readonly Part[]): Layout | null {
  const found =
    parts.map(({ inspection }) => inspection.architecture.image?.value).find((value) => value) ?? null;
  const count = placesIn(parts);
  return found && count !== null ? inPlaces(found, count) : found;
}

/** How many places in a joined sequence are the picture's; null where none is joined, or it is not known. */
export function placesIn(parts: readonly Part[]): number | null {
  for (const part of parts)
    for (const { value } of Object.values(feedsOf(part, parts).feeds)) {
      if (value.from !== 'joined') continue;
      const [role, name] = value.picture.split(/\/(.*)/s);
      const outputs = parts.find((other) => other.role === role)!.inspection.outputs;
      const lengths = outputs.find((output) => output.name === name)?.tried?.slice(0, -1);
      const count = lengths?.reduce<number>((product, length) => product * (length ?? NaN), 1) ?? NaN;
      return Number.isNaN(count) ? null : count;
    }
  return null;
}

/** The patches of a picture as a language model has them: all of them, with those that stand before, or squares of them as one. */
function inPlaces(layout: Layout, count: number): Layout {
  const { grid, patch, extra } = layout;
  if (layout.cut && !layout.size) return layout;
  if (!grid) {
    const side = Math.sqrt(count);
    return Number.isInteger(side) && side > 1 && layout.size?.[0] === layout.size?.[1]
      ? { ...layout, grid: [side, side], extra: 0, behind: undefined }
      : layout;
  }
  const patches = grid[0] * grid[1];
  if (count === patches + extra) return layout;
  const side = Math.sqrt(patches / count);
  const whole = Number.isInteger(side) && grid.every((length) => length % side === 0);
  if (!whole) return { ...layout, grid: null, extra: 0, behind: undefined };
  const wider = (lengths: [number, number], by: number) =>
    lengths.map((length) => length * by) as [number, number];
  return {
    ...layout,
    grid: wider(grid, 1 / side),
    patch: patch && wider(patch, side),
    extra: 0,
    behind: undefined,
  };
}

/** How many regions a model takes that gets vectors in place of a picture: 36, as LXMERT, where any number will do; else 0. */
export function regionsOf(parts: readonly Part[]): number {
  for (const part of parts)
    for (const { name, kind, dims } of part.inspection.inputs)
      if (kind === 'vectors' && feedsOf(part, parts).feeds[name]?.value.from === 'vectors')
        return typeof dims?.[1] === 'number' ? dims[1] : 36;
  return 0;
}

/** How many learnt queries look at a picture, as of the first that do; 0 where none do, or it is not known. */
export function queriesOf(parts: readonly Part[]): number {
  const behind = layoutOf(parts)?.behind;
  if (behind?.answer) return behind.count;
  const rows = parts.flatMap(({ inspection }) => inspection.attentions);
  return rows.find(({ block, parts: apart }) => block === 'qv' && apart === 1)?.lengths[0] ?? 0;
}

/** What is known of inputs that go beside another of their kind. */
export interface Given {
  /** The one that a text goes into which the model writes, where another takes the one that it reads; null for models of one text. */
  written: string | null;
  /** The one that a second picture goes into; null for models of one picture. */
  second: string | null;
}

/**
 * The attentions of a graph that can be shown: between words, learnt queries and a grid of patches or regions, all of them or of one stream.
 */
export function shownOf(
  part: Part,
  parts: readonly Part[],
  { written, second }: Given = { written: null, second: null },
): AttentionEntry[] {
  const { draft, attentions } = part.inspection;
  const layout = layoutOf(parts);
  const laidOut = regionsOf(parts) > 0 || layout?.grid || layout?.patch;
  const tried = { ...triedLengths(part, layout), query: queriesOf(parts) };
  const triedSecond = { ...triedLengths(part, layout, second), query: tried.query };
  const behind = layout?.behind?.count ?? 0;
  const rows = new Map(attentions.map((row) => [row.tensor, row]));
  // The one that is put before a picture which comes first is of neither stream: the picture's own are counted by its encoder.
  const first = (draft.sequence as Guess<string[]> | undefined)?.value[0] === 'image' && draft.sequence.sure;
  const hasLead = ({ queries, keys }: AttentionEntry, lengths: readonly (number | null)[] | undefined) =>
    first &&
    queries.length + keys.length === 4 &&
    lengths?.every((length) => length === tried.text + tried.image + 1) === true;
  const fit = (pictures: number, parts: number) => (entry: AttentionEntry) => {
    const row = rows.get(entry.tensor);
    const fits = (side: 'queries' | 'keys', length: number | null | undefined) => {
      if (entry.texts?.[side] === 'answer') return true;
      const streams = entry[side];
      if (streams.includes('image') && !laidOut) return false;
      if (streams.includes('query') && (tried.query === 0 || length === null)) return false;
      const lengths = entry.picture === 1 ? triedSecond : tried;
      const sum = streams.reduce(
        (sum, stream) => sum + lengths[stream] * (stream === 'image' ? pictures : 1),
        (entry.lead ?? 0) + (streams.includes('image') && !streams.includes('query') ? behind : 0),
      );
      const wanted = Math.round(sum);
      return typeof length !== 'number' || Number.isNaN(wanted) || length === wanted;
    };
    return (row?.parts ?? 1) === parts && fits('queries', row?.lengths[0]) && fits('keys', row?.lengths[1]);
  };
  const drafted = draft['graphs.model.attentions'].value as AttentionEntry[];
  const paired = second === null ? drafted : ofPictures(drafted, rows, second);
  const listed = written === null ? paired : ofTexts(paired, rows, written);
  const entries = listed
    .map((one) => withQueries(one, layout?.behind))
    .map((entry) => (hasLead(entry, rows.get(entry.tensor)?.lengths) ? { ...entry, lead: 1 } : entry));
  const many = layout?.pictures ?? 1;
  const together = entries.filter(fit(many, 1));
  return many > 1 && !together.some(({ keys }) => keys.includes('image'))
    ? entries.filter((entry) => (entry.part ? fit(1, many) : fit(1, 1))(entry))
    : together.map((entry) => (entry.part ? { ...entry, part: undefined } : entry));
}

type Rows = ReadonlyMap<string | null, Part['inspection']['attentions'][number]>;

/** Attentions that say of which of two pictures they are; both sequences go through the same layers. */
function ofPictures(entries: readonly AttentionEntry[], rows: Rows, second: string): AttentionEntry[] {
  const layers = entries.length / 2;
  return entries.map((entry, i) => {
    const picture = rows.get(entry.tensor)?.inputs.some((names) => names.includes(second)) ? 1 : 0;
    const layer = i % layers;
    const name = `${entry.name.replace(/ \d+$/, '')} ${layer + 1}, picture ${picture + 1}`;
    return { ...entry, name, layer, depth: layers > 1 ? layer / (layers - 1) : 0, picture };
  });
}

/** Over patches and the learnt queries that stand in one sequence with them. */
function withQueries(entry: AttentionEntry, behind: Layout['behind']): AttentionEntry {
  const both = [entry.queries, entry.keys].every((streams) => streams.join() === 'image');
  return behind?.answer && both ? { ...entry, queries: ['image', 'query'], keys: ['image', 'query'] } : entry;
}

/** Attentions that say of which of two texts their words are; those of the text that is written come after the layers of the other. */
function ofTexts(entries: readonly AttentionEntry[], rows: Rows, written: string): AttentionEntry[] {
  const counts = new Map<string, number>();
  const next = (name: string) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count;
  };
  return entries.map((entry) => {
    const of = (at: 0 | 1, streams: AttentionEntry['keys']): 'question' | 'answer' | undefined => {
      if (!streams.includes('text')) return undefined;
      return rows.get(entry.tensor)?.inputs[at].includes(written) ? 'answer' : 'question';
    };
    const [queries, keys] = [of(0, entry.queries), of(1, entry.keys)];
    if (!queries && !keys) return entry;
    const [from, to] = [queries ?? 'image', keys ?? 'image'];
    const kind = from === to ? from : `${from} → ${to}`;
    const count = next(kind);
    const layer = count + (queries === 'answer' ? (counts.get('question') ?? 0) : 0);
    return { ...entry, name: `${kind} ${count + 1}`, layer, texts: { queries, keys } };
  });
}

/** Whether of several pictures each attends by itself, so that one of them is shown. */
export function attendApart(parts: readonly Part[]): boolean {
  return parts.some((part) => shownOf(part, parts).some(({ part }) => part));
}

/** Positions of each stream in the run that the inspection made up; NaN where not known. */
function triedLengths(
  { inspection }: Part,
  layout: Layout | null,
  named: string | null = null,
): Record<'text' | 'image', number> {
  const places = inspection.architecture.places?.count ?? 0;
  const lengthOf = (kind: string) =>
    inspection.inputs.find((input) => input.kind === kind)?.tried?.[1] ?? NaN;
  const picture = inspection.inputs.find(
    ({ kind, name }) => kind === 'image' && (named === null || name === named),
  );
  if (inspection.inputs.some(({ kind }) => kind === 'sequence')) return { text: NaN, image: NaN };
  const words = lengthOf('text') - places;
  if (!picture) return { text: words, image: lengthOf('vectors') };
  if (layout?.tiled) return { text: words, image: places / (layout.pictures ?? 1) };
  if (layout?.cut && places > 0) return { text: words, image: places };
  const last = picture.dims?.[3] === 3;
  const [height, width] = picture.tried?.slice(last ? 1 : -2) ?? [];
  const [across, down] = layout?.patch ?? [NaN, NaN];
  const patches = layout?.grid
    ? layout.grid[0] * layout.grid[1]
    : Math.floor((width ?? NaN) / across) * Math.floor((height ?? NaN) / down);
  return { text: words, image: patches + (layout?.extra ?? 0) };
}
