import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/containers/half';

const bitsOf = (x: number) => toHalf(Float32Array.of(x))[0];

test('values of IEEE 754 binary16', () => {
  const table: [bits: number, value: number][] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0x3c01, 1 + 2 ** -10],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ];
  for (const [bits, value] of table) {
    expect(fromHalf(Uint16Array.of(bits))[0]).toBe(value);
    expect(bitsOf(value)).toBe(bits);
  }
  expect(fromHalf(Uint16Array.of(bitsOf(NaN)))[0]).toBeNaN();
});

test('rounds to the nearest, ties to even', () => {
  expect(bitsOf(1 / 3)).toBe(0x3555);
  expect(bitsOf(1 + 2 ** -11)).toBe(0x3c00);
  expect(bitsOf(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(bitsOf(2 ** -25)).toBe(0);
  expect(bitsOf(3 * 2 ** -25)).toBe(2);
  expect(bitsOf(65519)).toBe(0x7bff);
  expect(bitsOf(65520)).toBe(0x7c00);
});

test('every pattern that is a number comes back', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((bits) => (bits & 0x7fff) <= 0x7c00);
  expect(toHalf(fromHalf(all))).toEqual(all);
});

test('a probability moves by at most one part in 2048, or 2^-25', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1, noNaN: true }), (x) => {
      const moved = Math.abs(fromHalf(toHalf(Float32Array.of(x)))[0] - x);
      expect(moved).toBeLessThanOrEqual(Math.max(x / 2048, 2 ** -25));
    }),
  );
});
