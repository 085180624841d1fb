import { expect, it } from 'vitest';
import type { RegionBox } from '../../src/charts/map/regions';
import type { Box } from '../../src/trace/trace';
import RegionList from '../../src/views/head/RegionList.svelte';
import '../../src/views/page.css';
import { find, show, violations } from '../charts/page';

const box: Box = [0.1, 0.1, 0.4, 0.4];
const nothing = () => undefined;
const list = (regions: RegionBox[]) =>
  show(RegionList, {
    regions,
    weights: null,
    selected: null,
    hovered: null,
    boxes: {
      regions: regions.map((region) => ({ ...region, box })),
      changed: false,
      origin: null,
      told: true,
      move: nothing,
      remove: nothing,
      add: nothing,
      reset: nothing,
    },
    onhover: nothing,
    onselect: nothing,
    onadd: nothing,
    ondelete: nothing,
    onclose: nothing,
  });

const dog: RegionBox = { box, name: 'dog', confidence: 0.5, origin: 'detector' };
const grid: RegionBox = { box, origin: 'filling' };
const own: RegionBox = { box, origin: 'visitor' };

it.each<[RegionBox[], string]>([
  [[dog, grid, grid], '1 found by the detector, 2 of a fixed grid, since it found no more.'],
  [[grid, grid], '0 found by the detector, 2 of a fixed grid, since it found no more.'],
  [[dog, own], '1 found by the detector, 1 box of yours.'],
])('the list of boxes says who gave them: %#', async (regions, says) => {
  const root = list(regions);
  expect(find(root, 'p').textContent).toBe(says);
  expect(await violations(root)).toEqual([]);
});
