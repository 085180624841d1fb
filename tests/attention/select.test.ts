import { describe, expect, test } from 'vitest';
import { column, row } from '../../src/attention/select';
import { across, joint } from './example';

const patches = [5, 6, 7, 8];
const close = (received: Float32Array | null, expected: number[]) => {
  expect(received).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(received![i]).toBeCloseTo(value, 6));
};

describe('select', () => {
  test('a word looks at patches with the part it gives them, not renormalised', () => {
    close(row(joint, 0, [1], patches), [0.4, 0, 0, 0]);
  });

  test('the pieces of a word are averaged, all of them', () => {
    close(row(joint, 0, [2, 3], patches), [0, 0.3, 0, 0.1]);
    close(row(across, 0, [2, 3], patches), [0.125, 0.625, 0.125, 0.125]);
  });

  test('several patches are all used', () => {
    close(row(joint, 0, [5, 6, 7, 8], [1, 2, 3]), [0.375, 0.0625, 0.0625]);
  });

  test('the mean runs over heads', () => {
    close(row(joint, 'mean', [1], patches), [(0.4 + 1 / 9) / 2, 1 / 18, 1 / 18, 1 / 18]);
  });

  test('keys of a word add up in a column', () => {
    close(column(joint, 0, [2, 3], patches), [0, 0, 0.5, 0]);
    close(column(across, 0, [5], [1, 2, 3]), [1, 0, 0.25]);
  });

  test('an attention without such queries or keys gives nothing', () => {
    expect(row(across, 0, [5], [0, 1])).toBeNull();
    expect(column(across, 0, [1], [5])).toBeNull();
    expect(row(joint, 0, [], patches)).toBeNull();
    expect(row({ ...joint, weights: null }, 0, [1], patches)).toBeNull();
  });
});
