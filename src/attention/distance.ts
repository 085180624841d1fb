import type { Attention, Stream, Token } from '../trace/trace';
import { contentWithin } from './blocks';
import { type Measure, known, none } from './measure';
import { rowOf } from './rows';

/** Mean distance of what patches attend to among the patches, in widths of the picture that the model sees. */
export function meanDistance(
  attention: Attention,
  tokens: readonly Token[],
  stream: Stream,
  queries: readonly number[],
  head: number,
): Measure {
  const keys = contentWithin(tokens, attention.keys, 'image');
  if (stream === 'text') return none('words have no place in the picture');
  if (keys.length === 0) return none('these queries see no image keys');
  const between = patchDistances(tokens, queries, keys);
  if (!between) return none('regions of different sizes have no common measure');
  let total = 0;
  let counted = 0;
  queries.forEach((query, q) => {
    const weights = rowOf(attention, head, query);
    let mass = 0;
    let reach = 0;
    keys.forEach((key, k) => {
      const weight = weights[key - attention.keys[0]];
      mass += weight;
      reach += weight * between[q * keys.length + k];
    });
    if (mass > 0) {
      total += reach / mass;
      counted++;
    }
  });
  return counted ? known(total / counted) : none('no patch receives anything');
}

/**
 * Distances between the middles of square patches in widths of the picture that the model sees: [queries, keys], row-major.
 * Null when the patches differ in size. From the boxes and not from the raster order, whose neighbours may lie at opposite edges.
 */
function patchDistances(
  tokens: readonly Token[],
  queries: readonly number[],
  keys: readonly number[],
): Float32Array | null {
  const first = tokens[keys[0]].box;
  if (!first) return null;
  const [, , width, height] = first;
  const alike = (at: number) => {
    const box = tokens[at].box;
    return box && Math.abs(box[2] / width - 1) < 1e-6 && Math.abs(box[3] / height - 1) < 1e-6;
  };
  if (!queries.every(alike) || !keys.every(alike)) return null;
  const place = (at: number, axis: 0 | 1) => tokens[at].box![axis] / (axis === 0 ? width : height);
  const lefts = keys.map((key) => place(key, 0));
  const columns = Math.round(Math.max(...lefts) - Math.min(...lefts)) + 1;
  const between = new Float32Array(queries.length * keys.length);
  queries.forEach((query, q) =>
    keys.forEach((key, k) => {
      const across = place(query, 0) - place(key, 0);
      const down = place(query, 1) - place(key, 1);
      between[q * keys.length + k] = Math.hypot(across, down) / columns;
    }),
  );
  return between;
}
