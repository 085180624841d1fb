import { shapeOf, sizeOf, tensor, type Tensor } from '../tensor/tensor';
import type { Attention, AttentionMask } from '../trace/trace';
import type { EntryMask } from './adapter';
import { lengthOf } from './layout';

/**
 * The changes asked for that are to attentions of one graph. Several to one attention act together: factors are multiplied, terms added.
 * @param masks of the whole model; undefined for none
 * @param attentions every attention of the model, in the order of `Trace.attentions`
 * @throws Error of one sentence when there is no such attention, a shape does not fit it, or a number is not finite
 */
export function readMasks(
  masks: readonly AttentionMask[] | undefined,
  attentions: readonly Attention[],
  graph: string,
): EntryMask[] {
  const read = new Map<number, EntryMask>();
  for (const { attention: index, factor, term } of masks ?? []) {
    const attention = attentions[index];
    if (!attention)
      throw new Error(`expected an attention from 0 to ${attentions.length - 1} to change, got ${index}`);
    if (factor) check('factor', factor, attention);
    if (term) check('term', term, attention);
    if (attention.graph !== graph) continue;
    const before = read.get(index);
    read.set(index, {
      entry: attentions.slice(0, index).filter((other) => other.graph === graph).length,
      factor: join(before?.factor, factor, (a, b) => a * b),
      term: join(before?.term, term, (a, b) => a + b),
    });
  }
  return [...read.values()].filter(({ factor, term }) => factor ?? term);
}

function check(
  what: 'factor' | 'term',
  { dims, data }: Tensor,
  { name, heads, queries, keys }: Attention,
): void {
  const lengths = [heads, lengthOf(queries), lengthOf(keys)];
  const fits = dims.length === 3 && dims.every((dim, axis) => dim === 1 || dim === lengths[axis]);
  if (!fits)
    throw new Error(
      `expected a ${what} for attention "${name}" of shape ${shapeOf(lengths)}, or with 1 for any of these, got ${shapeOf(dims)}`,
    );
  if (data.length !== sizeOf(dims))
    throw new Error(
      `expected ${sizeOf(dims)} numbers in the ${what} for attention "${name}" of shape ${shapeOf(dims)}, got ${data.length}`,
    );
  const odd = data.find((value) => !Number.isFinite(value));
  if (odd !== undefined)
    throw new Error(
      `expected finite numbers in the ${what} for attention "${name}"${what === 'term' ? ' (-10000 hides a key)' : ''}, got ${odd}`,
    );
}

/** Two changes as one, each axis as long as the longer of both. */
function join(
  a: Tensor | null | undefined,
  b: Tensor | undefined,
  op: (a: number, b: number) => number,
): Tensor | null {
  if (!a || !b) return a ?? b ?? null;
  const joined = tensor(a.dims.map((dim, axis) => Math.max(dim, b.dims[axis])));
  const [, queries, keys] = joined.dims;
  for (let i = 0; i < joined.data.length; i++) {
    const place = [Math.floor(i / (queries * keys)), Math.floor(i / keys) % queries, i % keys];
    joined.data[i] = op(valueAt(a, place), valueAt(b, place));
  }
  return joined;
}

function valueAt({ dims, data }: Tensor, place: readonly number[]): number {
  return data[place.reduce((sum, index, axis) => sum * dims[axis] + (dims[axis] === 1 ? 0 : index), 0)];
}
