import { describe, expect, test } from 'vitest';
import { bar, say, sorted, stepGrid, widthsOf, windowOf } from '../../src/charts/table/table';
import type { Cell, Column, Row } from '../../src/charts/table/table';

const share: Column = { id: 'x', name: 'x', help: '', format: (v) => `${100 * v} %`, domain: [0, 1] };
const row = (id: string, cell?: Cell): Row => ({
  id,
  title: id,
  stage: 'fusion',
  cells: cell ? { x: cell } : {},
});
const rows = [
  row('a', { value: 0.5 }),
  row('b', { value: null, reason: 'fixed by design' }),
  row('c', { value: 0.9 }),
  row('d', { value: 0.5 }),
  row('e', { value: NaN }),
  row('f'),
];
const order = (descending: boolean) =>
  sorted(rows, { column: 'x', descending })
    .map(({ id }) => id)
    .join('');

describe('sorting', () => {
  test('is by the figure, equal rows as they were, blanks last either way', () => {
    expect(order(true)).toBe('cadbef');
    expect(order(false)).toBe('adcbef');
  });

  test('of names counts numbers in them as numbers', () => {
    const names = ['joint 10, head 1', 'joint 2, head 1'].map((name) => row(name, { value: name }));
    expect(sorted(names, { column: 'x', descending: false })[0].id).toBe('joint 2, head 1');
  });
});

test('a cell says its figure, and a dash where there is none', () => {
  expect(say(share, { value: 0.25 })).toBe('25 %');
  expect(say(share, { value: null, reason: 'no' })).toBe('–');
  expect(say(share, { value: NaN })).toBe('–');
  expect(say(share, undefined)).toBe('–');
  expect(say({ id: 'n', name: 'n', help: '' }, { value: 'joint 1' })).toBe('joint 1');
});

test('a bar grows from zero, within its domain, with a tick where chance lies', () => {
  expect(bar(share, { value: 0.75, even: 0.5 })).toEqual({ from: 0, to: 0.75, even: 0.5 });
  const signed = { ...share, domain: [-4, 4] as const };
  expect(bar(signed, { value: -2 })).toEqual({ from: 0.25, to: 0.5, even: null });
  expect(bar(signed, { value: 9 })).toEqual({ from: 0.5, to: 1, even: null });
  expect(bar(share, { value: null })).toBeNull();
});

test('only rows in sight are written out, and some beside them', () => {
  expect(windowOf(0, 260, 26, 400)).toEqual([0, 15]);
  expect(windowOf(2600, 260, 26, 400)).toEqual([98, 113]);
  expect(windowOf(0, 260, 26, 3)).toEqual([0, 3]);
});

test('arrow keys stay inside', () => {
  expect(stepGrid('ArrowDown', [0, 0], [2, 3])).toEqual([1, 0]);
  expect(stepGrid('ArrowDown', [1, 0], [2, 3])).toEqual([1, 0]);
  expect(stepGrid('End', [1, 0], [2, 3])).toEqual([1, 2]);
  expect(stepGrid('PageDown', [0, 1], [40, 3], 12)).toEqual([12, 1]);
  expect(stepGrid('x', [0, 0], [2, 3])).toBeNull();
});

test('a column is as wide as the longest word of its name, and as the names in it', () => {
  const name: Column = { id: 'x', name: 'model', help: '' };
  const long = { ...share, name: 'other characteristics' };
  const [short, wide, names] = widthsOf([share, long, name], [row('a', { value: 'METER-mini' })]);
  expect(wide).toBeGreaterThan(short);
  expect(names).toBeGreaterThan(short);
  expect(widthsOf([name], [row('a', { value: 'a' })])).toEqual([short]);
});
