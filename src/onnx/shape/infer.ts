import { readAttributes } from '../file/attributes';
import type { GraphNode } from '../file/graph';
import { emptyNames, type Cache } from './caches';
import type { Linked } from './link';
import type { Port } from '../file/port';
import { elementwise } from './rules/elementwise';
import { most, product, shaped, unknown, type Known, type Rule } from './rules/known';
import { layout } from './rules/layout';
import { making } from './rules/making';
import { products } from './rules/products';
import { FLOAT, INT64, readValues } from '../file/weight';

/** Longest list of learnt numbers that is followed: scales are short, and shapes are integers. */
const fewest = 16;

const rules: Record<string, Rule | undefined> = { ...elementwise, ...layout, ...making, ...products };

/** Lengths tried for free dimensions, by their place in the model: no two alike, so that they stay apart. */
const trial = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];

/**
 * Follows shapes and small numbers through a graph as a run with one example would make them, without a run. Free dimensions get made-up
 * lengths: 1 for the first axis, 224 for the sides of a picture, of which there is one, small primes elsewhere, the same for the same name. Of earlier steps there are none
 * where that may be.
 * @param outer what is known around a nested graph
 * @param caches inputs that are of earlier steps
 */
export function inferShapes(
  bytes: Uint8Array,
  linked: Linked,
  outer?: ReadonlyMap<string, Known>,
  caches: ReadonlyMap<string, Cache> = new Map(),
): Map<string, Known> {
  const { graph, order } = linked;
  const known = new Map<string, Known>();
  for (const name of linked.captured) known.set(name, outer?.get(name) ?? unknown);
  for (const port of graph.values.values()) known.set(port.name, stated(port));
  const lengths: Lengths = {
    named: new Map(),
    empty: emptyNames(graph, caches),
    sequence: null,
    cells: graph.inputs.some(({ dims, dtype }) => dtype === INT64 && dims?.length === 2 && dims[1] === 3),
  };
  for (const input of graph.inputs) known.set(input.name, tried(input, lengths, caches.get(input.name)));
  for (const weight of graph.weights.values())
    known.set(weight.name, {
      dims: weight.dims,
      dtype: weight.dtype,
      numbers: readValues(bytes, weight, weight.dtype === FLOAT ? fewest : most),
    });
  for (const node of order) {
    const outs = follow(bytes, node, known);
    node.outputs.forEach((output, i) => {
      const out = outs[i] ?? unknown;
      known.set(output, out.dims ? out : { ...(known.get(output) ?? out), numbers: out.numbers });
    });
  }
  return known;
}

/** What the file says of an inner tensor; lengths that it leaves free are not known. */
function stated({ dims, dtype }: Port): Known {
  return shaped(dims?.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : NaN)) ?? null, dtype);
}

/** Made-up lengths so far. */
interface Lengths {
  named: Map<string, number>;
  /** Names of lengths that are none. */
  empty: ReadonlySet<string>;
  /** The first length of a sequence, which is all there is where nothing came before. */
  sequence: number | null;
  /** Whether frames, rows and columns of a picture's patches come in beside them. */
  cells: boolean;
}

/** Patches of a picture that comes in cut, 8 × 8. */
const patches = 64;

function tried({ dims, dtype }: Port, lengths: Lengths, cache: Cache | undefined): Known {
  const found = dims?.map((dim, axis) => {
    if (typeof dim === 'number' && dim > 0) return dim;
    if (cache?.axis === axis) return 0;
    if (axis === 0 && lengths.cells && dims.length === 2 && dtype !== INT64 && Number(dims[1]) % 3 === 0)
      return patches;
    if (axis === 0) return 1;
    // Positions in time, row and column of one example: [3, batch, length].
    if (axis === 1 && dims.length === 3 && typeof dims[0] === 'number' && dims[0] > 1 && dtype === INT64)
      return 1;
    if (dims.length === 4 && axis > 1) return 224;
    // Pictures, frames or tiles of one example: one of them.
    if (dims.length > 4 && dims.at(-3) === 3) {
      if (axis > dims.length - 3) return 224;
      if (typeof dim === 'string') lengths.named.set(dim, 1);
      return 1;
    }
    return freeLength(typeof dim === 'string' ? dim : '', lengths);
  });
  return shaped(found ?? null, dtype);
}

/** "past + sequence" is a sum, and a total of what came before and what comes now is the latter, where nothing came before. */
function freeLength(dim: string, lengths: Lengths): number {
  const { named, empty, sequence } = lengths;
  const parts = dim.split('+').map((part) => part.trim());
  if (parts.length > 1 && parts.some((part) => empty.has(part)))
    return parts.reduce((sum, part) => sum + freeLength(part, lengths), 0);
  if (empty.has(dim)) return 0;
  if (empty.size > 0 && /total/i.test(dim) && sequence !== null && !named.has(dim)) return sequence;
  const name = dim || `${named.size}`;
  const length = named.get(name) ?? trial[named.size % trial.length];
  named.set(name, length);
  lengths.sequence ??= length;
  return length;
}

function follow(bytes: Uint8Array, node: GraphNode, known: Map<string, Known>): readonly Known[] {
  if (node.op === 'Constant' && node.domain === '') return [constant(bytes, node)];
  const rule = Object.hasOwn(rules, node.op) ? rules[node.op] : undefined;
  if (!rule) return [];
  const ins = node.inputs.map((name) => known.get(name) ?? unknown);
  const attributes = readAttributes(bytes, node);
  const stored = (name: string) => {
    const value = attributes.get(name);
    return typeof value === 'object' && 'dtype' in value ? readValues(bytes, value, most) : null;
  };
  try {
    const outs = rule({ op: node.op, ins, attributes, outputs: node.outputs.length, stored }) ?? [];
    return outs.map(checked);
  } catch (error) {
    if (error instanceof RangeError) return []; // an axis or a length that no tensor has: the runtime will say so
    throw error;
  }
}

/** Numbers that are too many, or not as many as the shape says, are dropped. */
function checked(of: Known): Known {
  const { dims, numbers } = of;
  if (!numbers || (numbers.length <= most && dims && product(dims) === numbers.length)) return of;
  return { ...of, numbers: null };
}

function constant(bytes: Uint8Array, node: GraphNode): Known {
  for (const [name, value] of readAttributes(bytes, node)) {
    if (name === 'value' && typeof value === 'object' && 'dtype' in value)
      return { dims: value.dims, dtype: value.dtype, numbers: readValues(bytes, value, most) };
    if (typeof value === 'number')
      return { dims: [], dtype: name === 'value_float' ? 1 : 7, numbers: [value] };
    if (Array.isArray(value))
      return { dims: [value.length], dtype: name === 'value_floats' ? 1 : 7, numbers: value };
  }
  return unknown;
}
