import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultCrop, pixelBox } from '../../src/inputs/crop';

const wide = { width: 400, height: 200 };

describe('crop', () => {
  test('the default is the largest centred box of the shape', () => {
    expect(defaultCrop(wide, 1)).toEqual([0.25, 0, 0.5, 1]);
    expect(defaultCrop({ width: 200, height: 400 }, 1)).toEqual([0, 0.25, 1, 0.5]);
    expect(defaultCrop(wide, 4)).toEqual([0, 0.25, 1, 0.5]);
    expect(defaultCrop(wide, null)).toEqual([0, 0, 1, 1]);
  });

  test('a box in pixels', () => {
    expect(pixelBox([0.25, 0.5, 0.5, 0.25], wide)).toEqual([100, 100, 300, 150]);
  });

  test('for every picture the default box is of the shape and no pixel outside', () => {
    const edge = fc.integer({ min: 1, max: 16_384 });
    fc.assert(
      fc.property(edge, edge, fc.constantFrom(0.5, 1, 16 / 9), (width, height, aspect) => {
        const picture = { width, height };
        const [left, top, right, bottom] = pixelBox(defaultCrop(picture, aspect), picture);
        expect((right - left) / (bottom - top) / aspect).toBeCloseTo(1, 6);
        expect(left >= 0 && top >= 0 && right <= width && bottom <= height).toBe(true);
      }),
    );
  });
});
