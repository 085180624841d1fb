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
  const cursor = { bytes, at: start, end, origin: 0 };
  while (cursor.at < end) {
    const field = readField(cursor);
    cursor.at = field.end;
    yield field;
  }
}

/** The most bytes before a payload: two numbers of ten bytes. */
export const longestHead = 20;

/** Where in a message the next field begins. */
export interface Cursor {
  /** The message, or as much of it as is at hand: `longestHead` bytes from `at`, or all up to `end`. */
  readonly bytes: Uint8Array;
  /** End of the message in `bytes`; may lie past what is at hand. */
  readonly end: number;
  at: number;
  /** Byte of the file that `bytes` begins with, for error messages. */
  readonly origin: number;
}

/**
 * The field at the cursor, which it moves on to the payload: that need not be at hand, but for a varint.
 * @throws WireError when the field is malformed or runs past the end of the message
 */
export function readField(cursor: Cursor): Field {
  const at = cursor.origin + cursor.at;
  const tag = readVarint(cursor);
  const wire = tag & 7;
  const number = Math.floor(tag / 8);
  if (number < 1) throw new WireError(`byte ${at} starts field ${number}, which no message has`);
  const before = cursor.at;
  const value = wire === 0 ? readVarint(cursor) : 0;
  const length = wire === 0 ? 0 : payloadLength(cursor, wire, at);
  if (length < 0) throw new WireError(`the field at byte ${at} has the length ${length}`);
  const left = cursor.end - cursor.at;
  if (length > left)
    throw new WireError(`the field at byte ${at} needs ${length} bytes, but only ${left} are left`, true);
  return { number, wire, value, start: wire === 0 ? before : cursor.at, end: cursor.at + length };
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
    if (cursor.at >= cursor.end)
      throw new WireError(`a number at byte ${cursor.origin + cursor.at - i} is cut off`, true);
    const byte = cursor.bytes[cursor.at++];
    const bits = byte & 127;
    if (i < 5) low |= bits << (7 * i);
    if (i === 4) high = bits >> 4;
    if (i > 4) high |= bits << (7 * i - 32);
    if (byte < 128) return high * 2 ** 32 + (low >>> 0);
  }
  throw new WireError(`a number at byte ${cursor.origin + cursor.at - 10} is longer than ten bytes`);
}

/** The integers of a repeated field, packed or one at a time. */
export function readNumbers(bytes: Uint8Array, field: Field): number[] {
  if (field.wire === 0) return [field.value];
  const cursor = { bytes, at: field.start, end: field.end, origin: 0 };
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
  return joinBytes([writeHead(number, length), ...parts]);
}

/** What stands before a length-delimited payload. */
export function writeHead(number: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]);
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
