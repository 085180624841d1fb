import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matmul } from '../../src/tensor/matmul';
import { argmax, mean, softmax, topK } from '../../src/tensor/reduce';
import { tensor } from '../../src/tensor/tensor';

const of = (dims: number[], ...numbers: number[]) => tensor(dims, Float32Array.from(numbers));

test('softmax of known rows, however large', () => {
  const { dims, data } = softmax(of([2, 2], Math.log(1), Math.log(3), 1e30, 1e30));
  expect(dims).toEqual([2, 2]);
  [0.25, 0.75, 0.5, 0.5].forEach((wanted, i) => expect(data[i]).toBeCloseTo(wanted, 7));
  expect([...softmax(of([3], 0, -Infinity, 0)).data]).toEqual([0.5, 0, 0.5]);
});

test('each row of a softmax sums to 1 and keeps the order', () => {
  const rows = fc.array(fc.tuple(...[0, 1, 2].map(() => fc.float({ min: -1e4, max: 1e4, noNaN: true }))), {
    minLength: 1,
  });
  fc.assert(
    fc.property(rows, (numbers) => {
      const { data } = softmax(of([numbers.length, 3], ...numbers.flat()));
      numbers.forEach((row, r) => {
        const out = data.subarray(3 * r, 3 * r + 3);
        expect(out[0] + out[1] + out[2]).toBeCloseTo(1, 5);
        expect(out[argmax(row)]).toBe(Math.max(...out));
      });
    }),
  );
});

test('means along each axis', () => {
  const numbers = of([2, 3], 1, 2, 3, 5, 6, 10);
  expect(mean(numbers, 0)).toEqual(of([3], 3, 4, 6.5));
  expect(mean(numbers, 1)).toEqual(of([2], 2, 7));
  expect(mean(of([1, 2, 2], 1, 2, 3, 4), 1)).toEqual(of([1, 2], 2, 3));
  expect(() => mean(numbers, 2)).toThrow('expected numbers along axis 2 of [2, 3], got none');
  expect(() => mean(of([0, 3]), 0)).toThrow('expected numbers along axis 0 of [0, 3], got none');
});

test('the largest numbers, first of equals first', () => {
  expect(topK([1, 5, 5, 2, NaN, 9], 4)).toEqual([5, 1, 2, 3]);
  expect(topK([1, 2], 5)).toEqual([1, 0]);
  expect(topK([1, 2], 0)).toEqual([]);
  expect(argmax([3, 7, 7])).toBe(1);
  expect(argmax([])).toBe(-1);
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(numbers, fc.nat(5), (list, count) => {
      const sorted = [...list.keys()].toSorted((a, b) => list[b] - list[a] || a - b);
      expect(topK(list, count)).toEqual(sorted.slice(0, count));
    }),
  );
});

test('matrix products worked out by hand', () => {
  expect(matmul(of([2, 3], 1, 2, 3, 4, 5, 6), of([3, 2], 7, 8, 9, 10, 11, 12))).toEqual(
    of([2, 2], 58, 64, 139, 154),
  );
  expect(matmul(of([1, 1], 2), of([1, 2], 3, 4))).toEqual(of([1, 2], 6, 8));
  expect(() => matmul(of([2, 3], 1, 2, 3, 4, 5, 6), of([2, 2], 1, 2, 3, 4))).toThrow(
    'expected [rows, inner] times [inner, columns], got [2, 3] times [2, 2]',
  );
});
