import { expect, test } from 'vitest';
import { stretchesOf } from '../../src/charts/depth/profile';
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
