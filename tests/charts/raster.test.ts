import { expect, test } from 'vitest';
import type { AtlasMap } from '../../src/charts/atlas/raster';
import { writeMaps } from '../../src/charts/atlas/raster';
import { attentionLut, level } from '../../src/charts/ink/ramp';

const lut = attentionLut('light');
const colour = (share: number) => at(Math.round(255 * share));
const at = (index: number) => [...lut.slice(3 * index, 3 * index + 3), 255];
const nothing = [0, 0, 0, 0];

/** Pixels of a canvas 6 wide and 5 high with one map on it. */
function drawn(map: AtlasMap, place: [number, number, number, number], common: number | null) {
  const pixels = new Uint32Array(30).fill(7);
  writeMaps(pixels, 6, [{ map, place }], common, 'light');
  const bytes = new Uint8Array(pixels.buffer);
  return (x: number, y: number) => [...bytes.slice(4 * (6 * y + x), 4 * (6 * y + x) + 4)];
}

test('patches fill their place in raster order, and nothing beside it is left of before', () => {
  const weights = [0, 0.5, 1, 0.25];
  const pixel = drawn({ kind: 'patches', grid: [2, 2], weights, even: 0.25 }, [1, 1, 4, 3], 1);
  for (let y = 0; y < 5; y++)
    for (let x = 0; x < 6; x++) {
      const inside = x >= 1 && x < 5 && y >= 1 && y < 4;
      // Three pixels for two rows: the upper one ends at 1.5, which rounds to 2.
      const patch = (y < 3 ? 0 : 2) + (x < 3 ? 0 : 1);
      expect(pixel(x, y), `${x}, ${y}`).toEqual(inside ? at(level(weights[patch])) : nothing);
    }
});

test('a word is a column as tall and as dark as its weight, on the palest ground', () => {
  const pixel = drawn({ kind: 'words', grid: [2, 1], weights: [1, 0.25], even: 0.5 }, [0, 0, 4, 4], 1);
  expect([0, 1, 2, 3].map((y) => pixel(0, y))).toEqual(Array.from({ length: 4 }, () => colour(1)));
  expect([0, 1, 2].map((y) => pixel(2, y))).toEqual(Array.from({ length: 3 }, () => at(0)));
  expect(pixel(2, 3)).toEqual(colour(0.3 + 0.7 * 0.25));
  expect(pixel(4, 0)).toEqual(nothing);
});

test('a map of its own scale never glows where all are as likely as chance, and no number is nothing', () => {
  const even = drawn(
    { kind: 'patches', grid: [2, 1], weights: [0.5, Number.NaN], even: 0.5 },
    [0, 0, 2, 1],
    null,
  );
  expect(even(0, 0)).not.toEqual(colour(1));
  expect(even(1, 0)).toEqual(at(0));
});
