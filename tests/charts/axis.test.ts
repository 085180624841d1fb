import { scaleLinear } from 'd3';
import { expect, test } from 'vitest';
import { axisBetween } from '../../src/charts/score/axis';

test.each([
  [-4, 4],
  [-4, 6.3],
  [-11.02, 4],
  [0.21, 1.37],
  [-31.4, -29.9],
])('an axis from %d to %d is that of d3', (low, high) => {
  const ours = axisBetween(low, high, 4, 96);
  const theirs = scaleLinear([low, high], [4, 96]).nice(4);
  for (const value of [low, high, 0, (low + high) / 3]) expect(ours(value)).toBeCloseTo(theirs(value), 9);
});
