import type { Attention, Slice } from '../trace/trace';
import { seesKey } from './rows';

/** One head, counted from 0, or the mean over the heads of its attention. */
export type Head = number | 'mean';

/**
 * What the queries at `positions` look at: a weight for each of the keys `others`, averaged over the positions (the pieces
 * of a word, or several patches). The weights are shares of all that a query gives, so over some of its keys they sum to less than 1.
 * Null when the attention has no such queries or keys, when none of them may look at any of the keys, or when its weights were not asked for.
 */
export function row(
  attention: Attention,
  head: Head,
  positions: readonly number[],
  others: readonly number[],
): Float32Array | null {
  if (!holds(attention.queries, positions) || !holds(attention.keys, others)) return null;
  return gather(attention, head, positions, others, true);
}

/**
 * As `row`, for several words or patches together: each of them counts as one, however many pieces it has.
 * @param groups positions of each
 */
export function rowTogether(
  attention: Attention,
  head: Head,
  groups: readonly (readonly number[])[],
  others: readonly number[],
): Float32Array | null {
  const rows = groups.flatMap((positions) => row(attention, head, positions, others) ?? []);
  if (!rows.length || rows.length < groups.length) return null;
  const [first, ...rest] = rows;
  for (const one of rest) for (let i = 0; i < first.length; i++) first[i] += one[i];
  for (let i = 0; i < first.length; i++) first[i] /= rows.length;
  return first;
}

/**
 * Who looks at the keys at `positions`: for each of the queries `others` the share that it gives to all of them together (the
 * pieces of a word add up). Null as for `row`.
 */
export function column(
  attention: Attention,
  head: Head,
  positions: readonly number[],
  others: readonly number[],
): Float32Array | null {
  if (!holds(attention.keys, positions) || !holds(attention.queries, others)) return null;
  return gather(attention, head, positions, others, false);
}

function gather(
  attention: Attention,
  head: Head,
  positions: readonly number[],
  others: readonly number[],
  byQuery: boolean,
): Float32Array | null {
  const { weights, queries, keys, heads } = attention;
  if (!weights) return null;
  const seen = (position: number) =>
    others.some((other) =>
      byQuery ? seesKey(attention, position, other) : seesKey(attention, other, position),
    );
  if (attention.visible !== 'all' && !positions.some(seen)) return null;
  const rows = queries[1] - queries[0];
  const columns = keys[1] - keys[0];
  const [first, last] = head === 'mean' ? [0, heads] : [head, head + 1];
  const scale = 1 / ((last - first) * (byQuery ? positions.length : 1));
  const total = new Float32Array(others.length);
  for (let h = first; h < last; h++)
    for (const position of positions)
      for (let i = 0; i < others.length; i++) {
        const query = byQuery ? position : others[i];
        const key = byQuery ? others[i] : position;
        total[i] += weights.data[(h * rows + query - queries[0]) * columns + key - keys[0]];
      }
  for (let i = 0; i < total.length; i++) total[i] *= scale;
  return total;
}

function holds([start, end]: Slice, positions: readonly number[]): boolean {
  return positions.length > 0 && positions.every((position) => position >= start && position < end);
}
