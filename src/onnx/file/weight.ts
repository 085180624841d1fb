import { readFields, readNumbers, readText } from './wire';

/** A stored tensor: where its bytes lie, never a copy of them. Bytes start..end-1 are its whole TensorProto. */
export interface Weight {
  name: string;
  dtype: number;
  dims: number[];
  external: boolean;
  start: number;
  end: number;
}

/** ONNX's TensorProto.DataType, as far as numbers are read. */
export const FLOAT = 1;
export const INT64 = 7;
export const BOOL = 9;
const FLOAT16 = 10;
export const DOUBLE = 11;

/** Reads name, type and shape of a TensorProto and skips its numbers. */
export function readWeight(bytes: Uint8Array, field: { start: number; end: number }): Weight {
  const { start, end } = field;
  const weight: Weight = { name: '', dtype: 0, dims: [], external: false, start, end };
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) for (const dim of readNumbers(bytes, part)) weight.dims.push(dim);
    if (part.number === 2) weight.dtype = part.value;
    if (part.number === 8) weight.name = readText(bytes, part);
    if (part.number === 14) weight.external = part.value === 1;
  }
  return weight;
}

/** How many numbers a shape holds. */
export function countOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

type Read = (view: DataView, at: number) => number;
const kinds: Record<number, readonly [size: number, read: Read]> = {
  1: [4, (view, at) => view.getFloat32(at, true)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [1, (view, at) => view.getInt8(at)],
  6: [4, (view, at) => view.getInt32(at, true)],
  7: [8, (view, at) => Number(view.getBigInt64(at, true))],
  9: [1, (view, at) => view.getUint8(at)],
  10: [2, (view, at) => fromHalf(view.getUint16(at, true))],
  11: [8, (view, at) => view.getFloat64(at, true)],
};

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : (fraction / 1024) * 2 ** -14);
}

/**
 * The numbers of a small tensor, row-major, or null when it has more than `most`, lies in another file, is not of numbers, or does
 * not hold as many as its shape says.
 */
export function readValues(bytes: Uint8Array, weight: Weight, most: number): number[] | null {
  const count = countOf(weight.dims);
  const kind = kinds[weight.dtype];
  if (!kind || weight.external || !(count <= most)) return null;
  const [size, read] = kind;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const values: number[] = [];
  const take = (from: number, to: number, step: number, get: Read) => {
    for (let at = from; at + step <= to && values.length < count; at += step) values.push(get(view, at));
  };
  for (const part of readFields(bytes, weight.start, weight.end)) {
    if (part.number === 9) take(part.start, part.end, size, read);
    if (part.number === 4) take(part.start, part.end, 4, kinds[1][1]);
    if (part.number === 10) take(part.start, part.end, 8, kinds[11][1]);
    if (part.number === 5 || part.number === 7)
      for (const value of readNumbers(bytes, part))
        values.push(weight.dtype === FLOAT16 ? fromHalf(value) : value);
  }
  return values.length === count ? values : null;
}
