import { expect, test } from 'vitest';
import { similarity } from '../../src/architectures/similarity';

const round = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(5)));

test('two tokens and three patches, by hand: means (2, 0) and (1, 1), cosine 1/√2', () => {
  const text = { dims: [2, 2], data: Float32Array.of(3, 1, 1, -1) };
  const image = { dims: [3, 2], data: Float32Array.of(3, 0, 0, 3, 0, 0) };
  const { map, score } = similarity(text, image, 10);
  const part = 10 / (6 * 2 * Math.SQRT2);
  expect(score).toBeCloseTo(10 / Math.SQRT2, 6);
  expect(map.dims).toEqual([2, 3]);
  expect(round(map.data)).toEqual(round([9, 3, 0, 3, -3, 0].map((dot) => part * dot)));
});

test('the parts sum to the score', () => {
  const features = (rows: number, seed: number) => ({
    dims: [rows, 16],
    data: Float32Array.from({ length: rows * 16 }, (_, i) => Math.sin(seed + i * i)),
  });
  const { map, score } = similarity(features(12, 1), features(64, 2), 100);
  expect(map.data.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 5);
});

test('features that are all nothing are similar to nothing', () => {
  const nothing = { dims: [1, 2], data: new Float32Array(2) };
  expect(similarity(nothing, nothing, 10)).toEqual({
    map: { dims: [1, 1], data: new Float32Array(1) },
    score: 0,
  });
});
