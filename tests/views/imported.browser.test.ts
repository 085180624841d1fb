import { beforeEach, expect, it } from 'vitest';
import { Imports } from '../../src/state/own/imports.svelte';
import { Lens } from '../../src/state/lens/lens.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import { cellsOf } from '../../src/views/head/cells';
import { atlasGroups, mapRow } from '../../src/views/head/heads';
import { figuresOf } from '../../src/views/head/profile';
import { sayImported, sayTarget } from '../../src/views/parts/sentences';
import { makeEngine } from '../state/engine';

let lens: Lens;

/** A panel that shows a trace file which models/vlpm_export/recorder.py wrote. */
async function show(name: string): Promise<void> {
  const response = await fetch(new URL(`../oracle/trace/${name}.npz`, import.meta.url));
  const panel = new Panel(0, () => Promise.resolve(makeEngine()));
  const imports = new Imports((folder) => void panel.choose(folder, imports.get(folder)));
  await imports.open(new File([await response.arrayBuffer()], `${name}.npz`));
  lens = new Lens(panel, new Selection());
}

beforeEach(() => show('lxmert'));

it('says where a run came from and what it holds', async () => {
  expect(sayImported(lens.panel.imported!)).toBe('From lxmert.npz: 10 text + 4 image tokens');
  await show('vilt');
  expect(sayImported(lens.panel.imported!)).toBe(
    'From vilt.npz: self-attention, single stream · 10 text + 17 image tokens',
  );
});

it('draws regions as cells, the strongest of those that lie over one another', () => {
  const { grid, spread, at } = cellsOf(lens);
  expect(grid).toEqual([24, 24]);
  // Four regions: left, upper right, below, and all of the picture.
  const cells = spread(Float32Array.of(0.4, 0.3, 0.2, 0.1));
  const value = (x: number, y: number) => Number(cells[at([x, y])!].toFixed(2));
  expect([value(0.2, 0.3), value(0.7, 0.2), value(0.5, 0.8), value(0.01, 0.99)]).toEqual([
    0.4, 0.3, 0.2, 0.1,
  ]);
  expect(value(0.4, 0.55)).toBe(0.4);
});

it('takes the smallest region under a point', () => {
  const { at, middle } = cellsOf(lens);
  lens.selection.selectPoint(middle(at([0.7, 0.2])!)!);
  expect(sayTarget(lens)).toBe('region 2 as query');
  lens.selection.selectPoint([0.01, 0.99]);
  expect(sayTarget(lens)).toBe('region 4 as query');
});

it('has every head in the atlas and in the profile', () => {
  lens.selection.selectWord(4);
  const rows = atlasGroups(lens.panel.attentions, () => true, mapRow(lens)).flatMap((group) => group.rows);
  expect(rows.map(({ name }) => name)).toEqual(lens.panel.attentions.map(({ name }) => name));
  expect(rows.every(({ cells }) => cells.length === 5)).toBe(true);
  const maps = Object.fromEntries(rows.map(({ name, cells }) => [name, cells[0].map]));
  expect(maps['text → image 1']).toMatchObject({ kind: 'patches', grid: [24, 24] });
  expect(
    rows
      .filter(({ queries }) => queries[0] === 'image')
      .flatMap(({ cells }) => cells.map(({ map }) => map))
      .every((map) => map === null),
  ).toBe(true);
  const module = lens.trace!.attentions.find(({ name }) => name === 'text → image 1')!;
  const shares = figuresOf(lens, module).map(({ shares }) => Number(shares.image.toFixed(5)));
  expect(shares).toEqual(shares.map(() => 1));
});
