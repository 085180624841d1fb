import { expect, test } from 'vitest';
import { normalise } from '../../src/inputs/normalise';

test('values become (x / 255 - mean) / std, channel by channel', () => {
  const pixels = { width: 2, height: 1, data: Uint8Array.from([0, 51, 255, 255, 102, 0]) };
  const tensor = normalise(pixels, { mean: [0.5, 0.2, 0], std: [0.5, 0.1, 1] });
  expect(tensor.dims).toEqual([1, 3, 1, 2]);
  const expected = [-1, 1, 0, 2, 1, 0];
  tensor.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
});
