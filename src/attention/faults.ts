import type { Attention } from '../trace/trace';

/** Weights of one head that are no numbers (NaN or infinite). */
export interface Fault {
  attention: number;
  head: number;
  count: number;
  /** Positions of the first one. */
  query: number;
  key: number;
}

/** Heads with weights that are no finite numbers, in order; none in a sound run. */
export function faults(attentions: readonly Attention[]): readonly Fault[] {
  return attentions.flatMap(({ weights, heads, queries, keys }, attention) => {
    if (!weights || isSound(weights.data)) return [];
    const [rows, columns] = [queries[1] - queries[0], keys[1] - keys[0]];
    const size = rows * columns;
    const found: Fault[] = [];
    for (let head = 0; head < heads; head++) {
      let [count, first] = [0, -1];
      for (let i = head * size; i < (head + 1) * size; i++) {
        if (Number.isFinite(weights.data[i])) continue;
        count += 1;
        if (first < 0) first = i - head * size;
      }
      if (!count) continue;
      const query = queries[0] + Math.floor(first / columns);
      found.push({ attention, head, count, query, key: keys[0] + (first % columns) });
    }
    return found;
  });
}

/** A sum is a number only when all that it is of are: shares are far too small to overflow. */
function isSound(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return Number.isFinite(sum);
}
