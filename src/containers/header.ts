import { bytesOf, type Dtype } from './tensors';

const longestHeader = 100_000_000;

/** Where a tensor lies: `start` and `end` are bytes of the data, after the header. */
export interface Entry {
  name: string;
  dtype: Dtype;
  dims: number[];
  start: number;
  end: number;
}

/** What a safetensors file says of itself: github.com/huggingface/safetensors, "Format". */
export interface Header {
  /** In the order of their data. */
  entries: Entry[];
  metadata: Record<string, string>;
}

/**
 * Bytes of the header of a safetensors file.
 * @param head the first eight bytes
 * @param size bytes of the whole file
 * @throws Error of one sentence when no file of that size could hold it
 */
export function headerLength(head: Uint8Array, size: number): number {
  if (head.length < 8) throw new Error(`A safetensors file has at least 8 bytes, got ${head.length}.`);
  const view = new DataView(head.buffer, head.byteOffset);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > longestHeader)
    throw new Error(`This is not a safetensors file: its header would have ${length} bytes.`);
  if (length > size - 8)
    throw new Error(`The safetensors file ends early: its header needs ${length} bytes, got ${size - 8}.`);
  return length;
}

/**
 * Reads a header. Tensors must follow each other without a gap and each have a name of its own, as the format demands.
 * @param available bytes of data after the header
 * @throws Error of one sentence when the header, a shape or an offset is wrong, or when bytes overlap, are missing or left over
 */
export function readHeader(text: string, available: number): Header {
  const json = parse(text);
  if (!isRecord(json)) throw new Error('This is not a safetensors file: its header is not a JSON object.');
  const { __metadata__: metadata = {}, ...listed } = json;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw new Error('A safetensors file must map names to texts in __metadata__.');
  const entries = Object.entries(listed).map(([name, value]) => readEntry(name, value));
  // The parser keeps the last of several values of one name, and says nothing. Inside of a text, quotes are escaped.
  const written = text.match(/"data_offsets"\s*:\s*\[/g)?.length ?? 0;
  if (written > entries.length)
    throw new Error(
      `The safetensors file lists ${written} tensors under ${entries.length} names: one of them stands twice.`,
    );
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  for (const { name, start, end } of entries) {
    if (end > available)
      throw new Error(
        `The safetensors file ends early: ${name} needs ${end} bytes of data, got ${available}.`,
      );
    if (start !== at)
      throw new Error(`The tensor ${name} should begin at byte ${at} of the data, but begins at ${start}.`);
    at = end;
  }
  if (at !== available)
    throw new Error(`The safetensors file should hold ${at} bytes of data, but holds ${available}.`);
  return { entries, metadata: metadata as Record<string, string> };
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
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesOf, dtype))
    throw new Error(
      `The tensor ${name} should be of ${Object.keys(bytesOf).join(', ')}, got ${JSON.stringify(dtype)}.`,
    );
  if (!isCounts(shape)) throw new Error(`The tensor ${name} has no shape, but ${JSON.stringify(shape)}.`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw new Error(`The tensor ${name} has no pair of offsets, but ${JSON.stringify(offsets)}.`);
  const kind = dtype as Dtype;
  const size = shape.reduce((product, dim) => product * dim, bytesOf[kind]);
  const [start, end] = offsets;
  if (end - start !== size)
    throw new Error(
      `The tensor ${name} of shape [${shape.join(', ')}] needs ${size} bytes, got ${end - start}.`,
    );
  return { name, dtype: kind, dims: shape, start, end };
}
