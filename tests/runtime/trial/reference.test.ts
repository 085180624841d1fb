import { expect, test } from 'vitest';
import { distance } from '../../../src/runtime/trial/reference';

/** [1, 2, 3, 2]: two heads of three queries and two keys. */
const whole = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
/** Queries 2 and 0 of both heads. */
const rows = { at: Int32Array.of(2, 0), width: 2 };

test('rows alone are compared where a reference holds rows alone', () => {
  const same = Float32Array.of(5, 6, 1, 2, 11, 12, 7, 8);
  expect(distance(whole, { data: same, half: false, rows })).toBe(0);
  expect(distance(whole, { data: same.map((v, i) => (i === 5 ? v - 3 : v)), half: false, rows })).toBe(3);
});

test('rows that a tensor does not have are infinitely far', () => {
  const data = new Float32Array(8);
  expect(distance(whole, { data, half: false, rows: { at: Int32Array.of(3, 0), width: 2 } })).toBe(Infinity);
  expect(distance(whole.subarray(1), { data, half: false, rows })).toBe(Infinity);
  expect(distance(undefined, { data, half: false, rows })).toBe(Infinity);
});
