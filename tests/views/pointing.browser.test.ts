import { expect, it } from 'vitest';
import { Selection } from '../../src/state/lens/selection.svelte';
import { pointingAt } from '../../src/views/head/pointing';

/** Two by two cells. */
const cells = {
  at: ([x, y]: readonly [number, number]) => 2 * Math.floor(2 * y) + Math.floor(2 * x),
  middle: (cell: number) => [((cell % 2) + 0.5) / 2, (Math.floor(cell / 2) + 0.5) / 2] as const,
};

it('selects cells one by one and together, and gives one back that is selected again', () => {
  const selection = new Selection();
  const pointing = pointingAt(selection, () => cells);
  expect([pointing.selected, pointing.hovered, pointing.together]).toEqual([null, null, []]);
  pointing.select(1, false);
  expect(selection.selected?.point).toEqual([0.75, 0.25]);
  pointing.select(2, true);
  expect([pointing.selected, pointing.together.toSorted()]).toEqual([1, [1, 2]]);
  pointing.select(2, true);
  expect(pointing.together).toEqual([1]);
  pointing.select(3, false);
  expect(pointing.together).toEqual([3]);
  pointing.hover(0);
  expect([pointing.hovered, pointing.selected]).toEqual([0, 3]);
  pointing.hover(null);
  expect(pointing.hovered).toBeNull();
});
