import { expect, test } from 'vitest';
import { linesOf } from '../../src/charts/map/lines';

test('lines are the strongest, few of each word, none as weak as evenly spread attention', () => {
  const rows = [
    Float32Array.from([0.5, 0.25, 0.125, 0.0625]),
    Float32Array.from([0.25, 0.25, 0.25, 0.25]),
    Float32Array.from([0, 0, 0, 0.75]),
  ];
  const found = linesOf(rows, 0.15, 18, 2);
  expect(found).toEqual([
    { word: 2, to: 3, weight: 0.75 },
    { word: 0, to: 0, weight: 0.5 },
  ]);
  expect(linesOf(rows, 0.01, 1)).toHaveLength(1);
  expect(linesOf([], 0.1)).toEqual([]);
});
