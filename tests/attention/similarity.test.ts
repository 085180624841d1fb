import { expect, test } from 'vitest';
import { overPatches, overWords } from '../../src/attention/similarity';

/** Two text tokens, three patches; all parts sum to 6. */
const similarity = { dims: [2, 3], data: Float32Array.of(1, 2, 3, 4, -5, 1) };

test('a word adds its row, its pieces together the sum of theirs', () => {
  expect([...overPatches(similarity, [1])]).toEqual([4, -5, 1]);
  expect([...overPatches(similarity, [0, 1])]).toEqual([5, -3, 4]);
});

test('a patch adds its column; all patches give what each word adds, and all of it is the score', () => {
  expect([...overWords(similarity, [1])]).toEqual([2, -5]);
  expect([...overWords(similarity, [0, 1, 2])]).toEqual([6, 0]);
});
