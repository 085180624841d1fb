import { topK } from '../../tensor/reduce';

/** A line from a word to a patch or a region. */
export interface Line {
  word: number;
  to: number;
  weight: number;
}

/**
 * The strongest lines from words to patches or regions, as many as can be told apart: at most `most` of them and `each` from one word, each of at least twice
 * what evenly spread attention would give and a fifth of the strongest.
 * @param rows one row of weights over patches or regions for each word
 */
export function linesOf(rows: readonly Float32Array[], even: number, most = 18, each = 3): readonly Line[] {
  const all = rows.flatMap((weights, word) =>
    topK(weights, each).map((to): Line => ({ word, to, weight: weights[to] })),
  );
  const top = all.reduce((largest, { weight }) => Math.max(largest, weight), 0);
  return all
    .filter(({ weight }) => weight >= Math.max(2 * even, top / 5))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, most);
}
