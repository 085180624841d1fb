import { expect, test } from 'vitest';
import { namedOf, stagesOf, stretchesOf } from '../../src/charts/depth/profile';
import type { ProfilePoint } from '../../src/charts/depth/profile';

const point = (attention: number, series: string, mean: number | null): ProfilePoint => ({
  attention,
  name: `${series} ${attention}`,
  short: '',
  stage: 'fusion',
  series,
  heads: [mean],
  mean,
  even: null,
});

test('lines join modules of one kind, and no line crosses one that is blank', () => {
  const points = [
    point(0, 'text', 0.1),
    point(1, 'across', null),
    point(2, 'text', 0.2),
    point(3, 'across', 0.3),
    point(4, 'text', null),
    point(5, 'across', 0.4),
    point(6, 'text', 0.5),
  ];
  const names = stretchesOf(points).map((line) => line.map(({ attention }) => attention));
  expect(names).toEqual([
    [0, 2],
    [3, 5],
  ]);
});

test('names on the axis do not touch, and the first of a stage that has room has its own', () => {
  const points = ['1', '2', 'txt 1', 'img 1', 'txt→img 1', 'img→txt 1'].map((short, at) => ({
    ...point(at, 'a', 1),
    ...{ short, stage: at < 2 ? ('text' as const) : ('fusion' as const) },
  }));
  const named = namedOf(
    points,
    ({ attention }) => 30 * attention,
    (name) => 7 * name.length,
  );
  expect(named.map(({ short }) => short)).toEqual(['1', '2', 'txt 1', 'txt→img 1']);
  const within = namedOf(
    points,
    ({ attention }) => 30 * attention,
    (name) => 7 * name.length,
    150,
  );
  expect(within.map(({ short }) => short)).toEqual(['1', '2', 'txt 1']);
  expect(stagesOf(points)).toEqual([
    ['text', 0, 1],
    ['fusion', 2, 5],
  ]);
  expect(stagesOf(points.slice(2))).toEqual([]);
});
