import type { Attention } from '../trace/trace';

/** Weights of one query: a view, not a copy. */
export function rowOf({ weights, queries, keys }: Attention, head: number, query: number): Float32Array {
  const columns = keys[1] - keys[0];
  const at = (head * (queries[1] - queries[0]) + query - queries[0]) * columns;
  return weights!.data.subarray(at, at + columns);
}

/** What every key receives, averaged over queries. */
export function meanRow(attention: Attention, head: number, queries: readonly number[]): Float64Array {
  const mean = new Float64Array(attention.keys[1] - attention.keys[0]);
  for (const query of queries) {
    const weights = rowOf(attention, head, query);
    for (let k = 0; k < mean.length; k++) mean[k] += weights[k] / queries.length;
  }
  return mean;
}

/** How many keys a query may look at. */
export function visibleKeys({ visible, queries, keys }: Attention, query: number): number {
  const columns = keys[1] - keys[0];
  if (visible === 'all') return columns;
  if (visible === 'causal') return Math.max(0, Math.min(keys[1], query + 1) - keys[0]);
  const mask =
    visible.length === columns
      ? visible
      : visible.subarray((query - queries[0]) * columns).subarray(0, columns);
  return mask.reduce((count, seen) => count + (seen ? 1 : 0), 0);
}

/** Whether a query may look at a key, both positions of the run. */
export function seesKey({ visible, queries, keys }: Attention, query: number, key: number): boolean {
  if (visible === 'all') return true;
  if (visible === 'causal') return key <= query;
  const columns = keys[1] - keys[0];
  const row = visible.length === columns ? 0 : query - queries[0];
  return visible[row * columns + key - keys[0]] !== 0;
}
