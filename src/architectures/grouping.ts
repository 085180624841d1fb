import { gridWithin } from '../trace/grid';
import type { Attention, Box, Token } from '../trace/trace';
import type { EntryMask, Want } from './adapter';
import { lengthOf, nameOfSide, sideOf, sliceAt } from './layout';
import type { GraphEntry } from './manifest';
import type { Tensor } from '../tensor/tensor';

/** A sequence that is too long to be looked at a token at a time: places, and the tokens that each stands for, in order. */
export interface Grouping {
  places: Token[];
  /** By place, positions in the sequence. */
  members: readonly (readonly number[])[];
}

/** So many tokens are shown one by one, and so many numbers of all maps together: 512 MiB. */
export const longest = { tokens: 2048, numbers: 2 ** 27 };
/** Places that a long sequence is shown in. */
const most = 1024;
/** Words of a long text that are shown one by one. */
const words = 512;

/**
 * How a sequence is put together: squares of patches, the smallest that do, and stretches of padding and of very long texts. Null where it is short
 * enough as it is.
 * @param attentions of the whole model, over `tokens`
 */
export function groupingOf(
  tokens: readonly Token[],
  attentions: readonly Attention[],
  limit = longest,
): Grouping | null {
  const numbers = (share: (length: number) => number) =>
    attentions.reduce(
      (sum, { heads, queries, keys }) => sum + heads * share(lengthOf(queries)) * share(lengthOf(keys)),
      0,
    );
  if (tokens.length <= limit.tokens && numbers((length) => length) <= limit.numbers) return null;
  for (let side = 2; ; side++) {
    const members = membersOf(tokens, side);
    const share = members.length / tokens.length;
    const few = members.length <= most && numbers((length) => length * share) <= limit.numbers;
    if (few || side === 32) return { places: placesOf(tokens, members), members };
  }
}

/** Positions that stand together, squares of patches of so many a side. */
function membersOf(tokens: readonly Token[], side: number): number[][] {
  const columns = new Map<number | undefined, number>();
  for (const { image } of tokens)
    if (!columns.has(image))
      columns.set(image, gridWithin(tokens.filter((token) => token.image === image))?.grid[0] ?? 0);
  const texts = tokens.filter(({ role }) => role === 'word').length;
  const stretch = { word: Math.ceil(texts / words), pad: side * side } as const;
  const groups = new Map<string, number[]>();
  let [patch, run] = [0, 0];
  tokens.forEach(({ role, box, image }, at) => {
    const across = columns.get(image) ?? 0;
    if (image !== tokens[at - 1]?.image) patch = 0;
    const stretched = role === 'word' || role === 'pad' ? stretch[role] : 1;
    run = role === tokens[at - 1]?.role ? run + 1 : 0;
    let key = `${at}`;
    if (role === 'patch' && box && across > 0) {
      const [row, column] = [Math.floor(patch / across), patch % across];
      key = `${image} ${Math.floor(row / side)} ${Math.floor(column / side)}`;
      patch++;
    } else if (stretched > 1) key = `${at - (run % stretched)}`;
    groups.set(key, [...(groups.get(key) ?? []), at]);
  });
  return [...groups.values()];
}

/** What stands for several tokens: a box around all of them, their text from the first to the last. */
export function placesOf(tokens: readonly Token[], members: Grouping['members']): Token[] {
  return members.map((positions): Token => {
    const [first, last] = [tokens[positions[0]], tokens[positions.at(-1)!]];
    if (positions.length === 1) return first;
    const boxes = positions.flatMap((at): Box[] => (tokens[at].box ? [tokens[at].box] : []));
    return {
      ...first,
      word: undefined,
      ...(boxes.length > 0 && { box: around(boxes) }),
      ...(first.role === 'word' && { text: `${first.text ?? ''} … ${last.text ?? ''}` }),
      ...(first.span && last.span && { span: [first.span[0], last.span[1]] as const }),
      holds: positions.length,
    };
  });
}

function around(boxes: readonly Box[]): Box {
  const [left, top] = [0, 1].map((axis) => Math.min(...boxes.map((box) => box[axis])));
  const [right, bottom] = [0, 1].map((axis) => Math.max(...boxes.map((box) => box[axis] + box[axis + 2])));
  return [left, top, right - left, bottom - top];
}

type Entry = Pick<GraphEntry['attentions'][number], 'queries' | 'keys' | 'texts' | 'picture' | 'lead'>;

/** The places of a side and what stands in each, as positions of the sequence. */
function within(
  tokens: readonly Token[],
  { members }: Grouping,
  side: ReturnType<typeof sideOf>,
): (readonly number[])[] {
  const [start, end] = sliceAt(tokens, side);
  return members.filter(([first]) => first >= start && first < end);
}

/** What the queries and the keys of a graph's attentions are put together by: by `nameOfSide`, places as positions within the side. */
export function sidesOf(
  { attentions }: Pick<GraphEntry, 'attentions'>,
  tokens: readonly Token[],
  grouping: Grouping,
): NonNullable<Want['sides']> {
  const sides = attentions
    .flatMap((entry) => [sideOf(entry, 'queries'), sideOf(entry, 'keys')])
    .map((side) => {
      const [start] = sliceAt(tokens, side);
      const places = within(tokens, grouping, side);
      return [nameOfSide(side), places.map((positions) => positions.map((at) => at - start))] as const;
    });
  return Object.fromEntries(sides);
}

/** Which places see which, row by row, where a token sees none that comes after it: those of which one does. */
export function causalWithin(
  tokens: readonly Token[],
  grouping: Grouping,
  entry: Entry,
): Uint8Array<ArrayBuffer> {
  const columns = within(tokens, grouping, sideOf(entry, 'keys'));
  return Uint8Array.from(
    within(tokens, grouping, sideOf(entry, 'queries')).flatMap((row) =>
      columns.map(([first]) => Number(first <= row.at(-1)!)),
    ),
  );
}

/** A change that was asked for place by place, token by token. */
export function spreadMask(
  mask: EntryMask,
  entry: GraphEntry['attentions'][number],
  sides: NonNullable<Want['sides']>,
): EntryMask {
  const [queries, keys] = (['queries', 'keys'] as const).map((side) =>
    placeOf(sides[nameOfSide(sideOf(entry, side))]),
  );
  const spread = (tensor: Tensor | null) => tensor && spreadTensor(tensor, queries, keys);
  return { ...mask, factor: spread(mask.factor), term: spread(mask.term) };
}

/** The place that each position is in. */
function placeOf(members: readonly (readonly number[])[]): number[] {
  const places: number[] = [];
  members.forEach((positions, place) => positions.forEach((at) => (places[at] = place)));
  return places;
}

function spreadTensor({ dims, data }: Tensor, queries: readonly number[], keys: readonly number[]): Tensor {
  const [heads, long, wide] = dims;
  const [rows, columns] = [long === 1 ? [0] : queries, wide === 1 ? [0] : keys];
  const spread = new Float32Array(heads * rows.length * columns.length);
  let i = 0;
  for (let head = 0; head < heads; head++)
    for (const row of rows)
      for (const column of columns) spread[i++] = data[(head * long + row) * wide + column];
  return { dims: [heads, rows.length, columns.length], data: spread };
}
