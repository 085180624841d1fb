import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/state/input/picture';

const files = import.meta.glob<string>('../fixtures/images/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

async function fixture(name: string): Promise<Blob> {
  const response = await fetch(files[`../fixtures/images/${name}`]);
  return new Blob([await response.arrayBuffer()]);
}

/** Red, green, blue and yellow quarters of a 60 × 40 picture, as Pillow reads the PNG. */
const quarters = [
  [220, 40, 40],
  [40, 160, 60],
  [40, 80, 220],
  [240, 210, 40],
];

function corners({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}): number[][] {
  return [0.2, 0.8].flatMap((y) =>
    [0.2, 0.8].map((x) => {
      const at = 4 * (Math.floor(height * y) * width + Math.floor(width * x));
      return Array.from(data.slice(at, at + 4));
    }),
  );
}

describe('a picture is decoded', () => {
  it('to the numbers that Pillow reads from a PNG', async () => {
    const { picture, notes } = await decodePicture(await fixture('plain.png'));
    expect([picture.width, picture.height]).toEqual([60, 40]);
    expect(corners(picture)).toEqual(quarters.map((rgb) => [...rgb, 255]));
    expect(notes).toEqual([]);
  });

  it.each([
    'rotated.jpg',
    'cmyk.jpg',
    'animated.gif',
    'animated.webp',
    'plain.bmp',
    'plain.avif',
    'lossy.webp',
  ])('from %s, upright and within 6 of Pillow', async (name) => {
    const { picture } = await decodePicture(await fixture(name));
    expect([picture.width, picture.height]).toEqual([60, 40]);
    const off = corners(picture).flatMap((rgba, i) =>
      quarters[i].map((value, c) => Math.abs(value - rgba[c])),
    );
    expect(Math.max(...off)).toBeLessThanOrEqual(name === 'cmyk.jpg' ? 60 : 6);
  });

  it('with its transparency kept in the numbers and laid over white on the screen', async () => {
    const { picture, image, notes } = await decodePicture(await fixture('alpha.png'));
    expect(notes).toEqual(['Transparent parts are laid over white.']);
    const [, , , alpha] = corners(picture)[0];
    expect(alpha).toBe(54);
    const context = new OffscreenCanvas(60, 40).getContext('2d')!;
    context.drawImage(image, 0, 0);
    const [red, green, , opaque] = context.getImageData(12, 8, 1, 1).data;
    expect(opaque).toBe(255);
    expect(Math.abs(red - Math.round((220 * 54 + 255 * 201) / 255))).toBeLessThanOrEqual(2);
    expect(Math.abs(green - Math.round((40 * 54 + 255 * 201) / 255))).toBeLessThanOrEqual(2);
  });

  it('and nothing is said of transparency where an alpha channel has none, as in screenshots', async () => {
    const canvas = new OffscreenCanvas(20, 10);
    canvas.getContext('2d')!.fillRect(0, 0, 20, 10);
    const file = await canvas.convertToBlob();
    expect(new Uint8Array(await file.arrayBuffer())[25], 'colour type').toBe(6);
    expect((await decodePicture(file)).notes).toEqual([]);
  });

  it('from an SVG, whose script does not run', async () => {
    document.title = 'before';
    const { picture, notes } = await decodePicture(await fixture('script.svg'));
    expect(Math.max(picture.width, picture.height)).toBe(1024);
    expect(corners(picture)).toEqual(quarters.map((rgb) => [...rgb, 255]));
    expect(notes.join(' ')).toMatch(/SVG/);
    expect(document.title).toBe('before');
  });

  it('at no more than 4,096 px an edge', async () => {
    const canvas = new OffscreenCanvas(5000, 10);
    canvas.getContext('2d')!.fillRect(0, 0, 5000, 10);
    const { picture, notes } = await decodePicture(await canvas.convertToBlob());
    expect([picture.width, picture.height]).toEqual([4096, 8]);
    expect(notes.at(-1)).toBe('Reduced from 5,000 × 10 px to 4,096 × 8 px: the models see far fewer.');
  });
});

describe('a picture is refused in one sentence', () => {
  it.each([
    ['text.jpg', /text file/],
    ['empty.jpg', /empty file \(0 bytes\)/],
    ['truncated.jpg', /cut short/],
    ['huge.png', /20,000 × 20,000 px/],
  ])('%s', async (name, sentence) => {
    await expect(decodePicture(await fixture(name))).rejects.toThrow(sentence);
  });
});
