import { describe, expect, test } from 'vitest';
import {
  cellAt,
  closest,
  fit,
  halved,
  held,
  levelOf,
  most,
  stepOf,
  stretches,
  zoomed,
} from '../../src/charts/matrix/matrix';
import { nearest, within } from '../../src/charts/plot/dots';
import { scaleOf, stepPoint } from '../../src/charts/scatter/scatter';
import { layoutTree } from '../../src/charts/tree/tree';

const cells = {
  rows: 3,
  columns: 3,
  data: Float32Array.from([0.1, 0.9, 0.2, 0.3, 0.4, 0.5, NaN, 0.6, 0.7]),
  seen: Uint8Array.from([1, 1, 0, 1, 1, 0, 1, 1, 0]),
};

describe('halving a matrix', () => {
  test('keeps the largest of each four, what is no number, and what may be seen', () => {
    const half = halved(cells);
    expect([half.rows, half.columns]).toEqual([2, 2]);
    expect([...half.data]).toEqual([0.9, 0.5, NaN, 0.7].map((value) => Math.fround(value)));
    expect([...half.seen!]).toEqual([1, 0, 1, 0]);
  });

  test('happens as often as cells are smaller than a pixel', () => {
    expect([2, 1, 0.6, 0.5, 0.3, 0.2].map(levelOf)).toEqual([0, 0, 1, 1, 2, 3]);
  });
});

describe('what is in sight', () => {
  const whole = { rows: 100, columns: 200 };
  test('is all of it at first, and never less than needed', () => {
    expect(fit(whole, 400, 400)).toEqual({ row: 0, column: 0, scale: 2 });
    expect(held({ row: 90, column: -5, scale: 1 }, whole, 400, 400)).toEqual({ row: 0, column: 0, scale: 2 });
    expect(held({ row: 99, column: 199, scale: 10 }, whole, 400, 400)).toEqual({
      row: 60,
      column: 160,
      scale: 10,
    });
    expect(fit({ rows: 1, columns: 1 }, 400, 400).scale).toBe(closest);
  });

  test('zooms about the pointer', () => {
    const before = { row: 10, column: 20, scale: 4 };
    const after = zoomed(before, 2, 100, 40);
    expect(cellAt(after, whole, 100, 40)).toEqual(cellAt(before, whole, 100, 40));
    expect(after.scale).toBe(8);
  });

  test('names the cell under a place', () => {
    expect(cellAt({ row: 2.5, column: 0, scale: 10 }, whole, 25, 6)).toEqual([3, 2]);
    expect(cellAt({ row: 0, column: 0, scale: 2 }, whole, 401, 0)).toBeNull();
    expect(cellAt({ row: 0, column: 0, scale: 2 }, whole, -1, 0)).toBeNull();
  });
});

test('labels stand as close as there is room', () => {
  expect([20, 14, 7, 2].map((scale) => stepOf(scale, 14))).toEqual([1, 1, 2, 8]);
});

test('streams along an axis, and the largest weight that is a number', () => {
  const axis = ['text', 'text', 'image', 'image', 'image'].map((stream) => ({
    stream: stream as 'text' | 'image',
  }));
  expect(stretches(axis)).toEqual([
    ['text', 0, 2],
    ['image', 2, 5],
  ]);
  expect(most(cells)).toBe(Math.fround(0.9));
  expect(most(cells, 2)).toBe(Math.fround(0.7));
});

describe('a scatter', () => {
  const points = [
    { id: 'a', at: [10, 10] },
    { id: 'b', at: [50, 12] },
    { id: 'c', at: [20, 90] },
  ] as const;

  test('takes what lies in a frame, whichever corner it began at', () => {
    expect(within(points, [60, 20, 0, 0])).toEqual(['a', 'b']);
    expect(within(points, [200, 200, 100, 100])).toEqual([]);
  });

  test('finds the nearest dot within reach, and the next one by arrow key', () => {
    expect(nearest(points, 14, 14, 20)?.id).toBe('a');
    expect(nearest(points, 150, 150, 20)).toBeNull();
    expect(stepPoint('ArrowRight', points, points[0])?.id).toBe('b');
    expect(stepPoint('ArrowDown', points, points[0])?.id).toBe('c');
    expect(stepPoint('ArrowUp', points, points[0])).toBeNull();
    expect(stepPoint('Enter', points, points[0])).toBeNull();
  });

  test('has room for one value, and for none', () => {
    expect(scaleOf([2], [0, 100])(2)).toBeCloseTo(50);
    expect(scaleOf([], [0, 100]).domain()).toEqual([0, 1]);
  });
});

test('a tree lies under each other in its own order, joins at their heights', () => {
  const joins = [
    { left: 0, right: 2, height: 1 },
    { left: 1, right: 3, height: 4 },
  ];
  const { knots, x } = layoutTree(joins, 3, 100, 20);
  const leaf = (group: number) => knots.find((knot) => knot.group === group)!;
  expect([1, 0, 2].map((group) => leaf(group).y)).toEqual([10, 30, 50]);
  expect(leaf(3)).toMatchObject({ y: 40, leaves: [0, 2], height: 1 });
  expect(leaf(3).x).toBeCloseTo(x(1));
  expect([x(0), x(4)]).toEqual([100, 0]);
  expect(leaf(4).leaves).toEqual([1, 0, 2]);
});
