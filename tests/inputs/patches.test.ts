import { expect, test } from 'vitest';
import { patchTokens } from '../../src/inputs/patches';

test('patches lie in raster order with their boxes in the uncropped picture', () => {
  const tokens = patchTokens([2, 4], [0.25, 0, 0.5, 1]);
  expect(tokens).toHaveLength(8);
  expect(tokens[0]).toEqual({ stream: 'image', role: 'patch', image: 0, box: [0.25, 0, 0.25, 0.25] });
  expect(tokens[1].box).toEqual([0.5, 0, 0.25, 0.25]);
  expect(tokens[2].box).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(tokens[7].box).toEqual([0.5, 0.75, 0.25, 0.25]);
});

test('an image [CLS] comes first and has no box', () => {
  expect(patchTokens([1, 1], [0, 0, 1, 1], true).map((token) => token.role)).toEqual(['cls', 'patch']);
});
