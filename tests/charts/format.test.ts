import { expect, test } from 'vitest';
import { largest, peak, percent } from '../../src/charts/ink/format';

test('what is no number is written as such, and is neither the largest nor its place', () => {
  expect([NaN, Infinity, -Infinity, 0.25].map(percent)).toEqual([
    'no number',
    'no number',
    'no number',
    '25 %',
  ]);
  const odd = Float32Array.of(NaN, 0.2, Infinity, 0.5, NaN);
  expect([largest(odd), peak(odd)]).toEqual([0.5, 3]);
  expect([largest([NaN]), peak([NaN])]).toEqual([0, -1]);
});
