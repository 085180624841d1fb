import { expect, test } from 'vitest';
import type { Lens } from '../../src/state/lens/lens.svelte';
import type { Box } from '../../src/trace/trace';
import { cellsOf } from '../../src/views/head/cells';

/** A model of two regions: the left half of the picture, and a quarter in its corner. */
function regions(): { lens: Lens; reads: () => number } {
  let count = 0;
  const token = (box: Box) => ({
    get box(): Box {
      count += 1;
      return box;
    },
  });
  const panel = { imported: null, manifest: { image: {} }, trace: null };
  const tokens = [token([0, 0, 0.5, 1]), token([0, 0, 0.25, 0.25])];
  return {
    lens: { panel, tokens, picture: 0, sequences: [{ text: [], image: [0, 1] }] } as unknown as Lens,
    reads: () => count,
  };
}

test('cells of regions are worked out where they are drawn, and once', () => {
  const { lens, reads } = regions();
  const { grid, placed, spread } = cellsOf(lens);
  expect([placed, reads()]).toEqual([true, 2]);
  const cells = spread(Float32Array.of(0.5, 0.75));
  const [columns] = grid;
  expect([cells[0], cells[columns / 4], cells[columns / 2]]).toEqual([0.75, 0.5, 0]);
  const after = reads();
  spread(Float32Array.of(1, 0));
  expect(reads()).toBe(after);
});
