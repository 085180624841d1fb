import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boxWithin, cornersWithin, filling, suppress } from '../../src/inputs/regions';

interface Case {
  boxes: number[];
  logits: number[];
  kept: number[];
  regions: number[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../oracle/seen/regions.json'), 'utf8'),
) as Case[];
const how = { overlap: 0.55, confidence: 0.05, most: 20 };

test.each(cases)(
  'keeps and fills up what the lab does, of boxes that overlap and logits that are equal',
  (one) => {
    const found = suppress(Float32Array.from(one.boxes), Float32Array.from(one.logits), how);
    expect(found.map(({ cell }) => cell)).toEqual(one.kept);
    const all = [...found.map(({ corners }) => corners), ...filling()].slice(0, how.most);
    expect(Float32Array.from(all.flat())).toEqual(Float32Array.from(one.regions));
  },
);

test('nothing is found where nothing is likely enough, and NaN is nothing', () => {
  const boxes = Float32Array.of(0, 0, 1, 1, 0, 0, 0.5, 0.5);
  expect(suppress(boxes, Float32Array.of(-9, NaN), how)).toEqual([]);
});

describe('a box of the picture within what a model sees', () => {
  const seen = [0.25, 0, 0.5, 1] as const;
  test('is cut to it, and back again', () => {
    const corners = cornersWithin([0, 0.25, 0.5, 0.5], seen);
    expect(corners).toEqual([0, 0.25, 0.5, 0.75]);
    expect(boxWithin(corners ?? [0, 0, 0, 0], seen)).toEqual([0.25, 0.25, 0.25, 0.5]);
  });
  test.each([
    ['beside it', [0, 0, 0.2, 1]],
    ['of no width', [0.5, 0.1, 0, 0.4]],
    ['turned inside out', [0.6, 0.1, -0.2, 0.4]],
    ['of no number', [NaN, 0, 1, 1]],
  ] as const)('is none %s', (_, box) => {
    expect(cornersWithin(box, seen)).toBeNull();
  });
});
