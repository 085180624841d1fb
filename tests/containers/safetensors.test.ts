import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  readSafetensors,
  writeSafetensors,
  type Safetensors,
  type Stored,
} from '../../src/containers/safetensors';

/** A file with a header written by hand. */
function file(header: unknown, data = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

test('reads what the Python package safetensors wrote', () => {
  const bytes = new Uint8Array(readFileSync(new URL('fixtures/python.safetensors', import.meta.url)));
  const { tensors, metadata } = readSafetensors(bytes);
  expect(metadata).toEqual({ caption: 'a dög 🐕' });
  expect(tensors.get('floats')).toEqual({
    dtype: 'F32',
    dims: [2, 2],
    data: Float32Array.of(1.5, -2, 0.1, 1e-8),
  });
  expect(tensors.get('halves')).toEqual({
    dtype: 'F16',
    dims: [3],
    data: Uint16Array.of(0x3c00, 0x3555, 0xfbff),
  });
  expect(tensors.get('integers')).toEqual({
    dtype: 'I32',
    dims: [1, 3],
    data: Int32Array.of(-1, 0, 2147483647),
  });
  expect(tensors.get('bytes')).toEqual({ dtype: 'U8', dims: [5], data: Uint8Array.of(0, 1, 2, 254, 255) });
  expect(tensors.get('scalar')).toEqual({ dtype: 'F32', dims: [], data: Float32Array.of(7) });
  expect(tensors.get('empty')).toEqual({ dtype: 'F32', dims: [0, 4], data: new Float32Array(0) });
});

const stored: fc.Arbitrary<Stored> = fc.oneof(
  fc
    .float32Array({ noNaN: true, maxLength: 9 })
    .map((data): Stored => ({ dtype: 'F32', dims: [data.length], data: Float32Array.from(data) })),
  fc
    .uint16Array({ maxLength: 9 })
    .map((data): Stored => ({ dtype: 'F16', dims: [1, data.length], data: Uint16Array.from(data) })),
  fc
    .int32Array({ maxLength: 9 })
    .map((data): Stored => ({ dtype: 'I32', dims: [data.length, 1], data: Int32Array.from(data) })),
  fc
    .uint8Array({ maxLength: 9 })
    .map((data): Stored => ({ dtype: 'U8', dims: [data.length], data: Uint8Array.from(data) })),
);
const name = fc
  .string({ minLength: 1, unit: 'grapheme' })
  .filter((text) => text !== '__metadata__' && text !== '__proto__');
const container: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc.array(fc.tuple(name, stored), { maxLength: 6 }).map((list) => new Map(list)),
  metadata: fc.dictionary(name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
});

test('what is written is read again, at any alignment', () => {
  fc.assert(
    fc.property(container, fc.nat(7), (content, shift) => {
      const bytes = writeSafetensors(content);
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      expect(readSafetensors(moved.subarray(shift))).toEqual(content);
    }),
  );
});

test('a file cut anywhere, or with anything behind it, is refused in one sentence', () => {
  const data = Float32Array.of(1, 2, 3);
  const whole = writeSafetensors({
    tensors: new Map([['x', { dtype: 'F32', dims: [3], data }]]),
    metadata: {},
  });
  for (let end = 0; end < whole.length; end++)
    expect(() => readSafetensors(whole.subarray(0, end))).toThrow(/^[^\n]*\.$/);
  const longer = new Uint8Array(whole.length + 1);
  longer.set(whole);
  expect(() => readSafetensors(longer)).toThrow(
    'The safetensors file should hold 12 bytes of data, but holds 13.',
  );
});

const entry = (dtype: unknown, shape: unknown, data_offsets: unknown) => ({ dtype, shape, data_offsets });

test.each([
  ['nothing', new Uint8Array(0), 'A safetensors file has at least 8 bytes, got 0.'],
  [
    'an image',
    new Uint8Array(20).fill(0x89),
    /^This is not a safetensors file: its header would have \d+ bytes\.$/,
  ],
  [
    'a header that is no JSON',
    file('{"a":'),
    'This is not a safetensors file: its header is not a JSON object.',
  ],
  ['a header that is a list', file([]), 'This is not a safetensors file: its header is not a JSON object.'],
  [
    'metadata with numbers',
    file({ __metadata__: { a: 1 } }),
    'A safetensors file must map names to texts in __metadata__.',
  ],
  [
    'an unknown type',
    file({ x: entry('C64', [1], [0, 8]) }, 8),
    'The tensor x should be of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, got "C64".',
  ],
  [
    'no entry',
    file({ x: null }),
    'The tensor x should be of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, got undefined.',
  ],
  ['a negative length', file({ x: entry('U8', [-1], [0, 1]) }, 1), 'The tensor x has no shape, but [-1].'],
  ['half an offset', file({ x: entry('U8', [1], [0]) }, 1), 'The tensor x has no pair of offsets, but [0].'],
  [
    'a shape that is too large',
    file({ x: entry('F32', [2], [0, 4]) }, 4),
    'The tensor x of shape [2] needs 8 bytes, got 4.',
  ],
  [
    'offsets past the end',
    file({ x: entry('U8', [9], [0, 9]) }, 4),
    'The safetensors file ends early: x needs 9 bytes of data, got 4.',
  ],
  [
    'tensors that overlap',
    file({ x: entry('U8', [4], [0, 4]), y: entry('U8', [4], [2, 6]) }, 6),
    'The tensor y should begin at byte 4 of the data, but begins at 2.',
  ],
  [
    'a hole',
    file({ x: entry('U8', [1], [1, 2]) }, 2),
    'The tensor x should begin at byte 0 of the data, but begins at 1.',
  ],
])('refuses %s', (_, bytes, sentence) => {
  expect(() => readSafetensors(bytes)).toThrow(sentence);
});

test('refuses to write a shape that does not fit', () => {
  const tensors = new Map([['x', { dtype: 'U8' as const, dims: [3], data: Uint8Array.of(1) }]]);
  expect(() => writeSafetensors({ tensors, metadata: {} })).toThrow('x: expected 3 numbers for [3], got 1.');
});
