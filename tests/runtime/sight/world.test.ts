import { expect, test } from 'vitest';
import { isPhotograph } from '../../../src/runtime/sight/world';

const world = { weights: [2, -1], bias: -0.5 };
/** Two cells of two channels whose means are 1 and 4: by hand, 2 · √1 - √4 - 0.5 = -0.5. */
const coarse = { dims: [1, 2, 2], data: Float32Array.of(0, 3, 2, 5) };

test('the sign is the line through square roots of mean features', () => {
  expect(isPhotograph(world, coarse)).toBe(true);
  expect(isPhotograph({ ...world, bias: 0.5 }, coarse)).toBe(false);
});

test('weights for other features are refused in a sentence', () => {
  expect(() => isPhotograph({ weights: [1], bias: 0 }, coarse)).toThrow(/expected 2 weights .*, got 1/);
});
