import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aspectOf, clampCrop, defaultCrop, pixelBox, zoomCrop } from '../../src/inputs/crop';

const wide = { width: 400, height: 200 };

describe('crop', () => {
  test('the default is the largest centred box of the shape', () => {
    expect(defaultCrop(wide, 1)).toEqual([0.25, 0, 0.5, 1]);
    expect(defaultCrop({ width: 200, height: 400 }, 1)).toEqual([0, 0.25, 1, 0.5]);
    expect(defaultCrop(wide, 4)).toEqual([0, 0.25, 1, 0.5]);
    expect(defaultCrop(wide, null)).toEqual([0, 0, 1, 1]);
  });

  test('the shape comes from the model', () => {
    expect(aspectOf('crop', [96, 48])).toBe(2);
    expect(aspectOf('stretch', [96, 48])).toBeNull();
  });

  test('a box that leaves the picture is moved back', () => {
    expect(clampCrop([0.8, 0.5, 0.25, 0.5], wide, 1)).toEqual([0.75, 0.5, 0.25, 0.5]);
    expect(clampCrop([-1, -1, 0.25, 0.5], wide, 1)).toEqual([0, 0, 0.25, 0.5]);
  });

  test('zooming keeps the point under the pointer', () => {
    const [x, y, width, height] = zoomCrop([0.25, 0, 0.5, 1], 0.5, [0.5, 0.5], wide, 1);
    expect([x, y, width, height]).toEqual([0.375, 0.25, 0.25, 0.5]);
    expect(zoomCrop([0.25, 0, 0.5, 1], 4, [0.5, 0.5], wide, 1)).toEqual([0.25, 0, 0.5, 1]);
  });

  test('any box becomes one of the shape inside the picture', () => {
    const number = fc.double({ min: -2, max: 3, noNaN: true });
    const size = fc.double({ min: 0.001, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(number, number, size, size), fc.integer({ min: 1, max: 900 }), (box, width) => {
        const picture = { width, height: 300 };
        const [x, y, w, h] = clampCrop(box, picture, 1);
        expect((w * width) / (h * 300)).toBeCloseTo(1, 6);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x + w, y + h)).toBeLessThanOrEqual(1 + 1e-12);
        const [left, top, right, bottom] = pixelBox([x, y, w, h], picture);
        expect(left < right && top < bottom && right <= width && bottom <= 300).toBe(true);
      }),
    );
  });
});
