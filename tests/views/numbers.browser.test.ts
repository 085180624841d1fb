import { beforeEach, expect, it } from 'vitest';
import { sorted } from '../../src/charts/table/table';
import { Lens } from '../../src/state/lens/lens.svelte';
import { measuredOf } from '../../src/state/lens/measured';
import { Numbers } from '../../src/state/lens/numbers.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Sweep } from '../../src/state/cause/sweep.svelte';
import { HeldOut } from '../../src/state/set/heldout.svelte';
import { statistics } from '../../src/views/numbers/figures';
import { filtered } from '../../src/views/numbers/filter';
import { pointsOf } from '../../src/views/numbers/layers';
import { rowsOf } from '../../src/views/numbers/rows';
import { plateOf, targetAt } from '../../src/views/matrix/plates';
import { makeEngine } from '../state/engine';
import { reference } from './reference';

let lens: Lens;
let rows: ReturnType<typeof rowsOf>;

beforeEach(async () => {
  const engine = () => Promise.resolve(makeEngine());
  const panel = new Panel(0, engine);
  await panel.choose('zoo/meter-mini');
  lens = new Lens(panel, new Selection());
  panel.adopt(await reference(panel), null);
  const held = new HeldOut();
  await held.load();
  const rolling = measuredOf(lens.trace!);
  await expect.poll(() => rolling.result).not.toBeNull();
  const sweep = new Sweep(
    panel,
    engine,
    () => null,
    () => '',
  );
  rows = rowsOf({ lens, measured: rolling.result!, heldOut: held.of(panel.manifest), sweep }, 'text');
});

const rowOf = (name: string) => rows.find(({ cells }) => cells.head.value === name)!;

it('has a row for every head, with the held-out figures of its model', () => {
  expect(rows).toHaveLength(48);
  const best = lens.panel.manifest!.heads!.pointing;
  const [first] = sorted(rows, { column: 'pointing', descending: true });
  expect(first).toMatchObject({ head: best.head, blocks: ['tv'] });
  expect(first.cells.pointing).toEqual({ value: best.value, even: best.chance });
});

it('leaves blank what is fixed by design, and says why', () => {
  const { cells } = rowOf('text → image 1, head 4');
  expect(cells.preference).toEqual({
    value: null,
    reason: 'fixed by design: these queries see image keys only',
  });
  expect(cells.text).toEqual({ value: null, reason: 'fixed by design: it has no text keys' });
  expect(cells.image).toEqual({
    value: null,
    reason: 'fixed by design: all of its keys are image keys',
  });
  expect(cells.naming.reason).toBe('no image queries look at text keys here');
  expect(cells.score.reason).toMatch(/^not measured yet/);
  expect(rowOf('image 1, head 1').cells.queries.value).toBe('image');
});

it('filters by block, stage, layer, words and a bound, and a blank meets no bound', () => {
  const numbers = new Numbers();
  const count = () => filtered(rows, numbers, new Set(['0.6.0'])).length;
  expect(count()).toBe(48);
  numbers.block = 'tv';
  expect(count()).toBe(8);
  numbers.layer = 1;
  expect(count()).toBe(4);
  numbers.clear();
  numbers.search = 'fusion HEAD 2';
  expect(count()).toBe(filtered(rows, numbers, new Set()).length);
  expect(filtered(rows, numbers, new Set()).every(({ title }) => title.includes('fusion'))).toBe(true);
  numbers.clear();
  numbers.bounded = 'pointing';
  numbers.bound = 0.5;
  expect(
    filtered(rows, numbers, new Set()).every(({ cells }) => (cells.pointing.value as number) >= 0.5),
  ).toBe(true);
  expect(count()).toBeGreaterThan(0);
  numbers.way = 'most';
  numbers.bound = 0;
  expect(count()).toBe(0);
  numbers.clear();
  numbers.gathered = true;
  expect(count()).toBe(1);
});

it('puts one number of every head over depth, and nothing where modules have none', () => {
  const { attentions } = lens.trace!;
  const share = pointsOf(
    rows,
    attentions,
    statistics.find(({ id }) => id === 'image')!,
  );
  const across = share.find(({ name }) => name === 'text → image 1')!;
  expect(across.short).toBe('txt→img 1');
  expect(across.heads).toEqual([null, null, null, null]);
  const special = pointsOf(
    rows,
    attentions,
    statistics.find(({ id }) => id === 'special')!,
  ).find(({ name }) => name === 'text 1')!;
  expect(special.heads.every((value) => value! > 0 && value! < 1)).toBe(true);
  expect(share.find(({ name }) => name === 'text 1')?.mean).toBeNull();
  const spread = pointsOf(
    rows,
    attentions,
    statistics.find(({ id }) => id === 'entropy')!,
  );
  expect(spread.flatMap(({ heads }) => heads).every((value) => value! > 0 && value! <= 1.0001)).toBe(true);
});

it('shows a head as a matrix whose rows are its queries, whatever is selected', () => {
  const attention = lens.trace!.attentions.findIndex(({ name }) => name === 'image → text 1');
  const plate = plateOf(lens, { attention, head: 2 })!;
  const module = lens.trace!.attentions[attention];
  expect([plate.cells.rows, plate.cells.columns]).toEqual(module.weights!.dims.slice(1));
  expect(plate.cells.data[5]).toBe(module.weights!.data[2 * plate.cells.rows * plate.cells.columns + 5]);
  expect(plate.queries[9]).toEqual({ title: 'patch in row 2, column 2', short: '2·2', stream: 'image' });
  expect(plate.keys[0].short).toBe('[CLS]');
  expect(targetAt(lens, module.queries[0])).toEqual({ point: [1 / 16, 1 / 16] });
  const mean = plateOf(lens, { attention, head: 'mean' })!;
  const first = [0, 1, 2, 3].map((head) => module.weights!.data[head * plate.cells.data.length]);
  expect(mean.cells.data[0]).toBeCloseTo(first.reduce((a, b) => a + b) / 4, 6);
  expect(plateOf(lens, { attention: 99, head: 0 })).toBeNull();
});
