import { describe, expect, test } from 'vitest';
import { nextUnder, regionsUnder } from '../../src/charts/map/regions';
import { dragCorner, moveBox, nudge } from '../../src/charts/map/reshape';
import { tagsOf } from '../../src/charts/map/tags';
import type { Place } from '../../src/charts/ink/layers';
import type { Box } from '../../src/trace/trace';

const all: Box = [0, 0, 1, 1];
const near = (box: Box | null, wanted: Box) =>
  wanted.forEach((side, i) => expect(box?.[i]).toBeCloseTo(side, 9));

describe('boxes that overlap', () => {
  const places = [
    [0, 0, 100, 100],
    [10, 10, 50, 50],
    [20, 20, 10, 10],
    [200, 0, 10, 10],
  ] as const;
  test('are found smallest first, and a click goes from one to the next larger and round again', () => {
    const under = regionsUnder(25, 25, places);
    expect(under).toEqual([2, 1, 0]);
    expect([null, 2, 1, 0, 3].map((chosen) => nextUnder(under, chosen))).toEqual([2, 1, 0, 2, 2]);
    expect(nextUnder(regionsUnder(150, 50, places), 2)).toBeNull();
  });
  test('are named at corners where no other name stands, by number where there is little room', () => {
    const boxes = places.map((_, i) => ({ box: all, name: `thing${i}` }));
    const tags = tagsOf(
      boxes,
      [places[0], places[0], places[0], places[0], places[0]],
      [0, 1, 2, 3],
      () => true,
      [0, 0, 100, 100],
    );
    expect(tags.map(({ text }) => text)).toEqual(['1 thing0', '2 thing1', '3', '4']);
    for (const a of tags)
      for (const b of tags) expect(a === b || a.x !== b.x || Math.abs(a.y - b.y) >= 18).toBe(true);
  });
});

describe('the name of a small box', () => {
  const boxes = [
    { box: all, name: 'person' },
    { box: all, name: 'grass' },
  ];
  const named = (places: readonly Place[]) =>
    tagsOf(boxes, places, [...places.keys()], () => true, [0, 0, 300, 200]);

  test('stands outside at its edge, of a large one in a corner', () => {
    const [small, large] = named([
      [120, 60, 40, 40],
      [10, 110, 250, 85],
    ]);
    expect([small.text, small.x, small.y]).toEqual(['1 person', 120, 60 - 18]);
    expect([large.text, large.x, large.y]).toEqual(['2 grass', 10, 110]);
  });

  test('stands below where the picture ends above it, and hides no other small box', () => {
    const [first, second] = named([
      [120, 0, 40, 40],
      [120, 40, 40, 30],
    ]);
    // Above is no room, below is the other box: beside its corner it would cover both, so the other's name goes below.
    expect(second.y).toBe(40 + 30);
    expect(first.y).toBe(0);
    expect(first.x + 8 + 7 * first.text.length <= 120 || first.text === '1').toBe(true);
  });
});

describe('a box that is worked on', () => {
  test('moves within the picture and keeps its size', () => {
    near(moveBox([0.5, 0.5, 0.3, 0.3], 0.1, -0.2, all), [0.6, 0.3, 0.3, 0.3]);
    near(moveBox([0.5, 0.5, 0.3, 0.3], 9, -9, all), [0.7, 0, 0.3, 0.3]);
  });
  test('changes by a corner; the opposite one stays, and some size is left', () => {
    near(dragCorner([0.2, 0.2, 0.4, 0.4], [0, 0], 0.1, -0.1, all), [0.3, 0.1, 0.3, 0.5]);
    near(dragCorner([0.2, 0.2, 0.4, 0.4], [1, 1], 9, 9, all), [0.2, 0.2, 0.8, 0.8]);
    near(dragCorner([0.2, 0.2, 0.4, 0.4], [1, 1], -9, -9, all), [0.2, 0.2, 0.02, 0.02]);
    near(dragCorner([0.2, 0.2, 0.4, 0.4], [0, 1], 9, 0, all), [0.58, 0.2, 0.02, 0.4]);
  });
  test('answers arrow keys, and with Shift in its size', () => {
    near(nudge([0.2, 0.2, 0.4, 0.4], 'ArrowLeft', false, all), [0.19, 0.2, 0.4, 0.4]);
    near(nudge([0.2, 0.2, 0.4, 0.4], 'ArrowDown', true, all), [0.2, 0.2, 0.4, 0.41]);
    expect(nudge([0.2, 0.2, 0.4, 0.4], 'Tab', false, all)).toBeNull();
  });
});
