import type { Attention, Slice } from '../trace/trace';
import type { Head } from './select';
import { seesKey } from './rows';

/** A head, or the mean over the heads of a module. */
export interface Chosen {
  attention: number;
  head: Head;
}

/** Each chosen head by itself, once, in order of the modules: "mean" stands for all heads of its module. What the run lacks is left out. */
export function spelledOut(
  attentions: readonly Attention[],
  chosen: readonly Chosen[],
): { attention: number; heads: number[] }[] {
  return attentions.flatMap(({ weights, heads }, attention) => {
    const own = chosen.filter((one) => one.attention === attention).map(({ head }) => head);
    const all = Array.from({ length: heads }, (_, head) => head);
    const picked = own.includes('mean') ? all : all.filter((head) => own.includes(head));
    return weights && picked.length ? [{ attention, heads: picked }] : [];
  });
}

const hull = (slices: readonly Slice[]): Slice => [
  Math.min(...slices.map(([start]) => start)),
  Math.max(...slices.map(([, end]) => end)),
];

/**
 * Several heads as one attention with a single head, over all of their queries and keys. A mean is over the heads that have the query, so that
 * its rows sum to 1 still; a maximum is over the heads that have both, and its rows sum to 1 or more. What none of them has is not visible.
 * Null when nothing was chosen.
 */
export function combine(
  attentions: readonly Attention[],
  chosen: readonly Chosen[],
  kind: 'mean' | 'maximum',
): Attention | null {
  const parts = spelledOut(attentions, chosen);
  if (!parts.length) return null;
  const modules = parts.map(({ attention }) => attentions[attention]);
  const [queries, keys] = [hull(modules.map((one) => one.queries)), hull(modules.map((one) => one.keys))];
  const [rows, columns] = [queries[1] - queries[0], keys[1] - keys[0]];
  const data = new Float32Array(rows * columns);
  const seen = new Uint8Array(rows * columns);
  const counted = new Uint16Array(rows);
  parts.forEach(({ heads }, part) => {
    const module = modules[part];
    const size = [module.queries[1] - module.queries[0], module.keys[1] - module.keys[0]];
    for (let r = 0; r < size[0]; r++) {
      const row = module.queries[0] - queries[0] + r;
      const to = row * columns + module.keys[0] - keys[0];
      counted[row] += heads.length;
      for (let k = 0; k < size[1]; k++)
        if (seesKey(module, module.queries[0] + r, module.keys[0] + k)) seen[to + k] = 1;
      for (const head of heads) {
        const from = (head * size[0] + r) * size[1];
        for (let k = 0; k < size[1]; k++) {
          const weight = module.weights!.data[from + k];
          data[to + k] = kind === 'mean' ? data[to + k] + weight : Math.max(data[to + k], weight);
        }
      }
    }
  });
  if (kind === 'mean')
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < columns; k++) data[row * columns + k] /= counted[row] || 1;
  const count = parts.reduce((sum, { heads }) => sum + heads.length, 0);
  return {
    ...modules[modules.length - 1],
    name: `${kind} of ${count} ${count === 1 ? 'head' : 'heads'}`,
    queries,
    keys,
    heads: 1,
    visible: seen.every((one) => one) ? 'all' : seen,
    weights: { dims: [1, rows, columns], data },
  };
}
