import { writeBundle } from '../../src/trace/bundle';
import type { Numbers } from '../../src/containers/npy';

/** Four words between two special pieces, and 2 × 2 patches after one special token: ten tokens. */
export const spoken = {
  format: 'vlpm trace 1',
  tokens: ['[CLS]', 'a', 'dog', 'runs', '[SEP]'],
  grid: [2, 2],
  specials: 1,
};

/** Rows that sum to 1, every one another: [heads, queries, keys]. */
export function rows(heads: number, queries: number, keys: number): Numbers {
  const data = Float32Array.from({ length: heads * queries * keys }, (_, i) => 1 + ((i * 7919) % 13));
  for (let row = 0; row < heads * queries; row++) {
    const part = data.subarray(row * keys, (row + 1) * keys);
    const sum = part.reduce((total, value) => total + value, 0);
    part.forEach((value, key) => (part[key] = value / sum));
  }
  return { dims: [heads, queries, keys], data };
}

/** An NPZ of some arrays; `meta` as in `spoken` unless changed. */
export const npz = (arrays: Record<string, Numbers>, meta: object = {}) =>
  writeBundle({ meta: { ...spoken, ...meta }, arrays: new Map(Object.entries(arrays)) }, 'npz');
