import { expect, test } from 'vitest';
import { gridBoxes, gridWithin } from '../../src/trace/grid';
import type { Box, Token } from '../../src/trace/trace';

test('the grid of a run is that of its patches, wherever they lie in the picture', () => {
  const crop: Box = [0.125, 0.25, 0.75, 0.5];
  const patches = gridBoxes([7, 5], crop).map((box): Token => ({ stream: 'image', role: 'patch', box }));
  const tokens: Token[] = [{ stream: 'text', role: 'cls' }, { stream: 'image', role: 'cls' }, ...patches];
  const found = gridWithin(tokens)!;
  expect(found.grid).toEqual([7, 5]);
  found.crop.forEach((side, i) => expect(side).toBeCloseTo(crop[i], 12));
});

test('words and regions without boxes make no grid', () => {
  expect(
    gridWithin([
      { stream: 'text', role: 'word' },
      { stream: 'image', role: 'region' },
    ]),
  ).toBeNull();
});
