import type { Attribute } from '../../file/attributes';

/** What is known of a tensor before any run. */
export interface Known {
  /** Lengths of its axes, NaN for one that is not known; null when not even their number is. */
  dims: readonly number[] | null;
  /** ONNX's TensorProto.DataType; 0 when not known. */
  dtype: number;
  /** Its numbers, row-major, when it is small and they follow from weights and shapes alone; NaN for one that does not. */
  numbers: readonly number[] | null;
}

/** A node as its rule sees it: what is known of each input, and its attributes. */
export interface Case {
  op: string;
  ins: readonly Known[];
  attributes: ReadonlyMap<string, Attribute>;
  /** How many outputs it has. */
  outputs: number;
  /** The numbers of a small tensor among the attributes. */
  stored: (attribute: string) => readonly number[] | null;
}

/** What follows for the outputs; null when nothing does. One entry may stand for all outputs. */
export type Rule = (of: Case) => readonly Known[] | null;

export const unknown: Known = { dims: null, dtype: 0, numbers: null };

/** Longest list of numbers that is followed. */
export const most = 4096;

export function shaped(dims: readonly number[] | null, dtype: number): Known {
  return { dims, dtype, numbers: null };
}

/** An integer attribute. */
export function intOf({ attributes }: Case, name: string, otherwise: number): number {
  const value = attributes.get(name);
  return typeof value === 'number' ? value : otherwise;
}

/** A list of integers: an attribute in old opsets, an input in new ones. */
export function listOf({ attributes, ins }: Case, name: string, at: number): readonly number[] | null {
  const value = attributes.get(name);
  if (Array.isArray(value)) return value;
  return ins[at]?.numbers ?? null;
}

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Multiplied together; NaN when one is not known. */
export function product(dims: readonly number[]): number {
  return dims.reduce((all, dim) => all * dim, 1);
}

/** The shape that two shapes broadcast to; null when they do not, or one is not known. An unknown length yields to a known one above 1. */
export function broadcast(
  a: readonly number[] | null,
  b: readonly number[] | null,
): readonly number[] | null {
  if (!a || !b) return null;
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) dims.push(x);
    else if (x === 1 || Number.isNaN(x)) dims.push(y);
    else if (Number.isNaN(y)) dims.push(x);
    else return null;
  }
  return dims;
}
