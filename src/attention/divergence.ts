import type { Attention, Token } from '../trace/trace';
import { isContent } from './blocks';
import { rowOf } from './rows';

/**
 * Jensen-Shannon distance of two distributions, the root of the divergence in bits: 0 when they are equal, 1 when they share nothing
 * (Lin 1991; a metric after Endres and Schindelin 2003).
 */
export function jensenShannon(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let mixed = 0;
  for (let i = 0; i < p.length; i++) mixed += bits((p[i] + q[i]) / 2);
  return Math.sqrt(Math.max(0, mixed - (entropyOf(p) + entropyOf(q)) / 2));
}

const bits = (share: number) => (share > 0 ? -share * Math.log2(share) : 0);

function entropyOf(row: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += bits(row[i]);
  return sum;
}

/** One head of one attention module. */
export interface HeadAt {
  attention: number;
  head: number;
}

/** Heads that can be compared: their modules have the same queries and the same keys. */
export interface Family {
  heads: readonly HeadAt[];
  /** The queries over which they are compared, content only, evenly drawn when there are more than were asked for. */
  queries: readonly number[];
}

/**
 * Heads by what their rows are distributions over; families of one head are left out, as are modules without weights.
 * @param most queries to compare heads by
 */
export function families(
  attentions: readonly Attention[],
  tokens: readonly Token[],
  most = 64,
): readonly Family[] {
  const found = new Map<string, { heads: HeadAt[]; queries: number[] }>();
  attentions.forEach(({ weights, heads, queries, keys }, attention) => {
    if (!weights) return;
    const id = [...queries, ...keys].join();
    const family = found.get(id) ?? { heads: [], queries: contentIn(tokens, queries, most) };
    for (let head = 0; head < heads; head++) family.heads.push({ attention, head });
    found.set(id, family);
  });
  return [...found.values()].filter(({ heads, queries }) => heads.length > 1 && queries.length > 0);
}

function contentIn(tokens: readonly Token[], [start, end]: Attention['queries'], most: number): number[] {
  const all: number[] = [];
  for (let at = start; at < end; at++) if (isContent(tokens[at])) all.push(at);
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * step)]);
}

/**
 * Mean Jensen-Shannon distance between the rows of every two heads of a family: symmetric, [heads, heads] row-major, zeros on the
 * diagonal. A generator, since 144 heads take seconds: it yields the share that is done, some ten times a second on a slow machine.
 */
export function* distances(
  attentions: readonly Attention[],
  { heads, queries }: Family,
): Generator<number, Float64Array> {
  const size = heads.length;
  const result = new Float64Array(size * size);
  const total = (size * (size - 1)) / 2;
  let [done, cells] = [0, 0];
  const rows = heads.map(({ attention, head }) =>
    queries.map((query) => rowOf(attentions[attention], head, query)),
  );
  const alone = rows.map((own) => own.map(entropyOf));
  for (let a = 0; a < size; a++)
    for (let b = a + 1; b < size; b++) {
      let sum = 0;
      for (let r = 0; r < queries.length; r++) {
        const [p, q] = [rows[a][r], rows[b][r]];
        let mixed = 0;
        for (let i = 0; i < p.length; i++) mixed += bits((p[i] + q[i]) / 2);
        sum += Math.sqrt(Math.max(0, mixed - (alone[a][r] + alone[b][r]) / 2));
        cells += p.length;
      }
      result[a * size + b] = result[b * size + a] = sum / queries.length;
      done += 1;
      if (cells < 2e5) continue;
      cells = 0;
      yield done / total;
    }
  return result;
}
