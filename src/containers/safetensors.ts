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

const bytesOf = { F32: 4, F16: 2, I32: 4, U8: 1 };
const longestHeader = 100_000_000;

/** Where a tensor lies: `start` and `end` are bytes of the data, after the header. */
interface Entry {
  name: string;
  dtype: Stored['dtype'];
  dims: number[];
  start: number;
  end: number;
}

/**
 * Reads a whole file; every tensor gets a buffer of its own.
 * @throws Error of one sentence when the header, a shape or an offset is wrong, or when bytes overlap, are missing or left over
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { json, length } = readHeader(bytes);
  const { __metadata__: metadata = {}, ...listed } = json;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new Error('A safetensors file must map names to texts in __metadata__.');
  }
  const entries = Object.entries(listed).map(([name, value]) => readEntry(name, value));
  const available = bytes.length - 8 - length;
  let at = 0;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (end > available) {
      throw new Error(
        `The safetensors file ends early: ${name} needs ${end} bytes of data, got ${available}.`,
      );
    }
    if (start !== at)
      throw new Error(`The tensor ${name} should begin at byte ${at} of the data, but begins at ${start}.`);
    at = end;
  }
  if (at !== available)
    throw new Error(`The safetensors file should hold ${at} bytes of data, but holds ${available}.`);
  const tensors = new Map(entries.map((entry) => [entry.name, cut(bytes, 8 + length, entry)]));
  return { tensors, metadata: metadata as Record<string, string> };
}

function readHeader(bytes: Uint8Array): { json: Record<string, unknown>; length: number } {
  if (bytes.length < 8) throw new Error(`A safetensors file has at least 8 bytes, got ${bytes.length}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > longestHeader)
    throw new Error(`This is not a safetensors file: its header would have ${length} bytes.`);
  if (length > bytes.length - 8) {
    throw new Error(
      `The safetensors file ends early: its header needs ${length} bytes, got ${bytes.length - 8}.`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const json = parse(text);
  if (!isRecord(json)) throw new Error('This is not a safetensors file: its header is not a JSON object.');
  return { json, length };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesOf, dtype)) {
    throw new Error(
      `The tensor ${name} should be of ${Object.keys(bytesOf).join(', ')}, got ${JSON.stringify(dtype)}.`,
    );
  }
  if (!isCounts(shape)) throw new Error(`The tensor ${name} has no shape, but ${JSON.stringify(shape)}.`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw new Error(`The tensor ${name} has no pair of offsets, but ${JSON.stringify(offsets)}.`);
  }
  const kind = dtype as Stored['dtype'];
  const size = shape.reduce((product, dim) => product * dim, bytesOf[kind]);
  const [start, end] = offsets;
  if (end - start !== size) {
    throw new Error(
      `The tensor ${name} of shape [${shape.join(', ')}] needs ${size} bytes, got ${end - start}.`,
    );
  }
  return { name, dtype: kind, dims: shape, start, end };
}

function cut(bytes: Uint8Array, from: number, { dtype, dims, start, end }: Entry): Stored {
  const { buffer } = new Uint8Array(bytes.subarray(from + start, from + end));
  if (dtype === 'F32') return { dtype, dims, data: new Float32Array(buffer) };
  if (dtype === 'F16') return { dtype, dims, data: new Uint16Array(buffer) };
  if (dtype === 'I32') return { dtype, dims, data: new Int32Array(buffer) };
  return { dtype, dims, data: new Uint8Array(buffer) };
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
