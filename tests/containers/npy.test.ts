import { describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../src/containers/npy';

/** A file as numpy writes it, with a header by hand. */
function file(
  descr: string,
  shape: string,
  data: ArrayBufferView,
  isFortran = false,
  version = 1,
): Uint8Array {
  const header = `{'descr': ${descr}, 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': ${shape}, }\n`;
  const long = version === 1 ? 2 : 4;
  const bytes = new Uint8Array(8 + long + header.length + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), version, 0, header.length]);
  bytes.set(new TextEncoder().encode(header), 8 + long);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + long + header.length);
  return bytes;
}

test.each<[descr: string, data: ArrayBufferView]>([
  ['f4', Float32Array.of(1, 2, 3)],
  ['f8', Float64Array.of(1, 2, 3)],
  ['f2', Uint16Array.of(0x3c00, 0x4000, 0x4200)],
  ['i1', Int8Array.of(1, 2, 3)],
  ['i2', Int16Array.of(1, 2, 3)],
  ['u2', Uint16Array.of(1, 2, 3)],
  ['i4', Int32Array.of(1, 2, 3)],
  ['u4', Uint32Array.of(1, 2, 3)],
  ['i8', BigInt64Array.of(1n, 2n, 3n)],
  ['u8', BigUint64Array.of(1n, 2n, 3n)],
])('%s becomes 32-bit floats', (descr, data) => {
  expect(readNpy(file(`'<${descr}'`, '(3,)', data), 'x')).toEqual({
    dims: [3],
    data: Float32Array.of(1, 2, 3),
  });
});

test('bytes and truth values stay bytes', () => {
  const data = Uint8Array.of(1, 0);
  for (const descr of ["'|u1'", "'|b1'"])
    expect(readNpy(file(descr, '(1, 2)', data), 'x')).toEqual({ dims: [1, 2], data });
});

test('columns first become rows first', () => {
  // numpy: asfortranarray(arange(24).reshape(2, 3, 4)) lies in memory as below.
  const memory = [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23];
  const read = readNpy(file("'<f4'", '(2, 3, 4)', Float32Array.from(memory), true), 'x');
  expect(read).toEqual({ dims: [2, 3, 4], data: Float32Array.from({ length: 24 }, (_, i) => i) });
});

test('a text may have any characters, and a header of version 2 or 3 a longer length', () => {
  const points = Uint32Array.from([...'dög 🐕'], (c) => c.codePointAt(0)!);
  expect(readNpy(file(`'<U${points.length}'`, '()', points, false, 2), 'x')).toBe('dög 🐕');
  expect(readNpy(file("'|S5'", '(1,)', new TextEncoder().encode('{}\0\0\0'), false, 3), 'x')).toBe('{}');
});

test('what is written is read back', () => {
  for (const content of [
    '',
    'dög 🐕',
    { dims: [], data: Float32Array.of(7) },
    { dims: [0, 3], data: new Uint8Array() },
  ])
    expect(readNpy(writeNpy(content), 'x')).toEqual(content);
  expect(writeNpy({ dims: [3], data: new Uint8Array(3) }).length % 64).toBe(3);
});

describe('refused in one sentence', () => {
  test.each<[what: string, bytes: Uint8Array, says: string]>([
    [
      'objects',
      file("'|O'", '(1,)', new Uint8Array(8)),
      "x: expected plain little-endian numbers, got an array of '|O'.",
    ],
    [
      'records',
      file("[('a', '<f4')]", '(1,)', new Uint8Array(4)),
      "x: expected plain little-endian numbers, got an array of [('a', '<f4')].",
    ],
    [
      'big-endian numbers',
      file("'>f4'", '(1,)', new Uint8Array(4)),
      "x: expected plain little-endian numbers, got an array of '>f4'.",
    ],
    [
      'complex numbers',
      file("'<c8'", '(1,)', new Uint8Array(8)),
      "x: expected plain little-endian numbers, got an array of '<c8'.",
    ],
    [
      'a list of texts',
      file("'<U1'", '(2,)', new Uint8Array(8)),
      'x: expected numbers or one text, got 2 texts.',
    ],
    [
      'data cut short',
      file("'<f4'", '(2, 2)', new Uint8Array(12)),
      'x: expected 16 bytes for [2, 2], got 12.',
    ],
    [
      'a shape beyond all bounds',
      file("'<f4'", '(100000000000, 10)', new Uint8Array(4)),
      'x: expected 4000000000000 bytes for [100000000000, 10], got 4.',
    ],
    [
      'a header cut short',
      writeNpy('a text').subarray(0, 40),
      'x: expected a .npy file, got something else or a part of one.',
    ],
    ['no .npy file', new Uint8Array(80), 'x: expected a .npy file, got something else or a part of one.'],
  ])('%s', (_, bytes, says) => {
    expect(() => readNpy(bytes, 'x')).toThrow(new Error(says));
  });
});
