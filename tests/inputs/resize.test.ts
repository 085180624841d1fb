import { describe, expect, test } from 'vitest';
import type { Resample } from '../../src/inputs/filters';
import { type PixelBox, resize } from '../../src/inputs/resize';
import { readSafetensors } from '../../src/containers/safetensors';
import type { Picture } from '../../src/trace/trace';
import { oracleBytes } from '../support/oracle';

const { metadata, tensors } = readSafetensors(oracleBytes('resize.safetensors'));
const cases = JSON.parse(metadata.cases) as {
  picture: number;
  size: [number, number];
  box: PixelBox | null;
  resample: Resample;
}[];

function picture(index: number): Picture {
  const { dims, data } = tensors.get(`picture.${index}`)!;
  return { width: dims[1], height: dims[0], data: new Uint8ClampedArray(data.buffer) };
}

describe('resize', () => {
  test.each(cases.map((entry, index) => ({ ...entry, index })))(
    'equals Pillow bit for bit: $resample, picture $picture to $size, box $box',
    ({ picture: source, size, box, resample, index }) => {
      const result = resize(picture(source), size, resample, box ?? undefined);
      expect([result.height, result.width, 3]).toEqual(tensors.get(`case.${index}`)!.dims);
      expect(result.data).toEqual(tensors.get(`case.${index}`)!.data);
    },
  );

  test('refuses a box outside the picture and an empty size', () => {
    expect(() => resize(picture(0), [4, 4], 'bicubic', [0, 0, 62, 47])).toThrow(
      'expected a box within 61 × 47 px, got 0, 0, 62, 47',
    );
    expect(() => resize(picture(0), [0, 4], 'bicubic')).toThrow('at least 1 × 1 px');
  });

  test('a picture of 48 megapixels takes less than five seconds', () => {
    const large = { width: 8000, height: 6000, data: new Uint8ClampedArray(8000 * 6000 * 4).fill(255) };
    const start = performance.now();
    const result = resize(large, [96, 96], 'bicubic', [1000, 0, 7000, 6000]);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(result.data.every((value) => value === 255)).toBe(true);
  });
});
