import { headerLength, readHeader, type Entry } from './header';
import { bytesOf } from './tensors';

/** A stored tensor, row-major. `F16` are the bits of half-precision numbers: see `fromHalf`. */
export type Stored =
  | { dtype: 'F32'; dims: readonly number[]; data: Float32Array<ArrayBuffer> }
  | { dtype: 'F16'; dims: readonly number[]; data: Uint16Array<ArrayBuffer> }
  | { dtype: 'I32'; dims: readonly number[]; data: Int32Array<ArrayBuffer> }
  | { dtype: 'U8'; dims: readonly number[]; data: Uint8Array<ArrayBuffer> };

/** A safetensors file: github.com/huggingface/safetensors, "Format". */
export interface Safetensors {
  tensors: Map<string, Stored>;
  metadata: Record<string, string>;
}

/**
 * Reads a whole file; every tensor gets a buffer of its own.
 * @throws Error of one sentence when the header, a shape or an offset is wrong, when bytes overlap, are missing or left over, or when a
 * tensor is of another type
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const length = headerLength(bytes.subarray(0, 8), bytes.length);
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const { entries, metadata } = readHeader(text, bytes.length - 8 - length);
  return { tensors: new Map(entries.map((entry) => [entry.name, cut(bytes, 8 + length, entry)])), metadata };
}

function cut(bytes: Uint8Array, from: number, { name, dtype, dims, start, end }: Entry): Stored {
  const { buffer } = new Uint8Array(bytes.subarray(from + start, from + end));
  if (dtype === 'F32') return { dtype, dims, data: new Float32Array(buffer) };
  if (dtype === 'F16') return { dtype, dims, data: new Uint16Array(buffer) };
  if (dtype === 'I32') return { dtype, dims, data: new Int32Array(buffer) };
  if (dtype === 'U8') return { dtype, dims, data: new Uint8Array(buffer) };
  throw new Error(`The tensor ${name} should be of F32, F16, I32, U8, got "${dtype}".`);
}

/**
 * Writes a file that is the same for the same content: wide types come first, so that every tensor is aligned.
 * @throws Error when a shape does not fit its numbers
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const sorted = [...tensors].toSorted(([, a], [, b]) => bytesOf[b.dtype] - bytesOf[a.dtype]);
  let at = 0;
  for (const [name, { dtype, dims, data }] of sorted) {
    const count = dims.reduce((product, dim) => product * dim, 1);
    if (count !== data.length)
      throw new Error(`${name}: expected ${count} numbers for [${dims.join(', ')}], got ${data.length}.`);
    header[name] = { dtype, shape: dims, data_offsets: [at, (at += data.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(8 + length + at).fill(32, 8, 8 + length);
  new DataView(out.buffer).setUint32(0, length, true);
  out.set(text, 8);
  let from = 8 + length;
  for (const [, { data }] of sorted) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), from);
    from += data.byteLength;
  }
  return out;
}
