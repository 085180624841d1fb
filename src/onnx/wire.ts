/** One field of a protobuf message: where it lies, and its number for a varint. */
export interface Field {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  /** The signed 64-bit value of a varint; exact up to 2^53. 0 for the other wire types. */
  readonly value: number;
  /** Payload: bytes start..end-1. */
  readonly start: number;
  readonly end: number;
}

/** Bytes that are not well-formed protobuf. `past` is true when a field runs past the end of its message. */
export class WireError extends Error {
  override name = 'WireError';
  constructor(
    message: string,
    readonly past = false,
  ) {
    super(message);
  }
}

/**
 * Walks the fields of the message at bytes start..end-1 without copying any. Rules: protobuf.dev/programming-guides/encoding.
 * @throws WireError at the first malformed byte.
 */
export function* readFields(bytes: Uint8Array, start: number, end: number): Generator<Field> {
  const cursor = { bytes, at: start, end };
  while (cursor.at < end) {
    const at = cursor.at;
    const tag = readVarint(cursor);
    const wire = tag & 7;
    const number = Math.floor(tag / 8);
    if (number < 1) throw new WireError(`byte ${at} starts field ${number}, which no message has`);
    const before = cursor.at;
    const value = wire === 0 ? readVarint(cursor) : 0;
    const length = wire === 0 ? 0 : payloadLength(cursor, wire, at);
    if (length < 0) throw new WireError(`the field at byte ${at} has the length ${length}`);
    if (length > end - cursor.at) {
      const left = end - cursor.at;
      throw new WireError(`the field at byte ${at} needs ${length} bytes, but only ${left} are left`, true);
    }
    const first = wire === 0 ? before : cursor.at;
    cursor.at += length;
    yield { number, wire, value, start: first, end: cursor.at };
  }
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
}

function payloadLength(cursor: Cursor, wire: number, at: number): number {
  if (wire === 2) return readVarint(cursor);
  if (wire === 1) return 8;
  if (wire === 5) return 4;
  throw new WireError(`the field at byte ${at} has the unknown wire type ${wire}`);
}

function readVarint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (cursor.at >= cursor.end) throw new WireError(`a number at byte ${cursor.at - i} is cut off`, true);
    const byte = cursor.bytes[cursor.at++];
    const bits = byte & 127;
    if (i < 5) low |= bits << (7 * i);
    if (i === 4) high = bits >> 4;
    if (i > 4) high |= bits << (7 * i - 32);
    if (byte < 128) return high * 2 ** 32 + (low >>> 0);
  }
  throw new WireError(`a number at byte ${cursor.at - 10} is longer than ten bytes`);
}

/** The integers of a repeated field, packed or one at a time. */
export function readNumbers(bytes: Uint8Array, field: Field): number[] {
  if (field.wire === 0) return [field.value];
  const cursor = { bytes, at: field.start, end: field.end };
  const values: number[] = [];
  while (cursor.at < cursor.end) values.push(readVarint(cursor));
  return values;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws WireError when the bytes are not UTF-8. */
export function readText(bytes: Uint8Array, field: Field): string {
  try {
    return decoder.decode(bytes.subarray(field.start, field.end));
  } catch {
    throw new WireError(`the name at byte ${field.start} is not UTF-8`);
  }
}

const encoder = new TextEncoder();

/** UTF-8 bytes of a name. */
export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
  return out;
}

/** One field as bytes: a varint for a number, length-delimited for text, bytes, or a message given by its fields. */
export function writeField(number: number, value: number | string | Uint8Array | Uint8Array[]): Uint8Array {
  if (typeof value === 'number') return Uint8Array.from([...varint(number * 8), ...varint(value)]);
  const parts = typeof value === 'string' ? [toBytes(value)] : Array.isArray(value) ? value : [value];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return joinBytes([Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]), ...parts]);
}

/** All parts end to end, copied once. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
