import { expect, test } from 'vitest';
import { at, slice, tensor } from '../../src/tensor/tensor';

const counting = (...dims: number[]) => {
  const { data } = tensor(dims);
  return tensor(
    dims,
    data.map((_, i) => i),
  );
};

test('a shape and its numbers must agree', () => {
  expect(tensor([2, 2])).toEqual({ dims: [2, 2], data: new Float32Array(4) });
  expect(tensor([], Float32Array.of(7)).data).toHaveLength(1);
  expect(() => tensor([2, 3], new Float32Array(5), 'joint 1')).toThrow(
    'joint 1: expected 6 numbers for [2, 3], got 5',
  );
});

test('views share their numbers', () => {
  const weights = counting(2, 3, 4);
  expect(at(weights, 1)).toEqual({ dims: [3, 4], data: Float32Array.from({ length: 12 }, (_, i) => 12 + i) });
  expect(at(weights, 1, 2)).toEqual({ dims: [4], data: Float32Array.of(20, 21, 22, 23) });
  expect(at(weights, 0, 1, 2)).toEqual({ dims: [], data: Float32Array.of(6) });
  at(weights, 1, 2).data[0] = -1;
  expect(weights.data[20]).toBe(-1);
  for (const indices of [[2], [0, 3], [-1], [0.5], [0, 0, 0, 0]]) {
    expect(() => at(weights, ...indices)).toThrow(
      `expected indices within [2, 3, 4], got [${indices.join(', ')}]`,
    );
  }
});

test('slices of any axis', () => {
  const numbers = counting(2, 3, 2);
  expect(slice(numbers, 0, 1, 2)).toEqual({ dims: [1, 3, 2], data: Float32Array.of(6, 7, 8, 9, 10, 11) });
  expect(slice(numbers, 1, 1, 3)).toEqual({
    dims: [2, 2, 2],
    data: Float32Array.of(2, 3, 4, 5, 8, 9, 10, 11),
  });
  expect(slice(numbers, 2, 0, 1)).toEqual({ dims: [2, 3, 1], data: Float32Array.of(0, 2, 4, 6, 8, 10) });
  expect(slice(numbers, 1, 2, 2).dims).toEqual([2, 0, 2]);
  expect(() => slice(numbers, 1, 1, 4)).toThrow('expected positions within axis 1 of [2, 3, 2], got 1 to 4');
  expect(() => slice(numbers, 3, 0, 1)).toThrow('expected positions within axis 3 of [2, 3, 2], got 0 to 1');
});
