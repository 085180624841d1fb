import type { Picture } from '../trace/trace';
import { precision, type Resample, type Taps, taps } from './filters';
import { flattenRow } from './flatten';

/** Left, top, right, bottom in pixels; fractions are allowed. */
export type PixelBox = readonly [left: number, top: number, right: number, bottom: number];

/** RGB, 8 bits, row-major [height, width, 3]. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array<ArrayBuffer>;
}

/**
 * The part `box` of a picture, laid over white, at `size` = [width, height]: bit for bit what Pillow's
 * `Image.resize(size, resample, box)` makes of the RGB picture (antialiased; horizontal pass, then vertical).
 * @throws Error when the size or the box is empty or the box leaves the picture.
 */
export function resize(
  picture: Picture,
  size: readonly [width: number, height: number],
  resample: Resample,
  box: PixelBox = [0, 0, picture.width, picture.height],
): Pixels {
  const [width, height] = size;
  const [left, top, right, bottom] = box;
  if (!(width >= 1 && height >= 1))
    throw new Error(`expected a size of at least 1 × 1 px, got ${width} × ${height}`);
  if (!(
    left >= 0 &&
    top >= 0 &&
    right <= picture.width &&
    bottom <= picture.height &&
    left < right &&
    top < bottom
  ))
    throw new Error(`expected a box within ${picture.width} × ${picture.height} px, got ${box.join(', ')}`);
  if (resample === 'nearest') return nearest(picture, width, height, box);
  const across = whole(left, right, picture.width, width)
    ? null
    : taps(picture.width, left, right, width, resample);
  const down = whole(top, bottom, picture.height, height)
    ? null
    : taps(picture.height, top, bottom, height, resample);
  const firstRow = down ? down.first[0] : 0;
  const lastRow = down ? down.first[height - 1] + down.count[height - 1] : height;
  const between = horizontal(picture, firstRow, lastRow, width, across);
  return { width, height, data: down ? vertical(between, firstRow, width, height, down) : between };
}

const whole = (from: number, to: number, length: number, size: number) =>
  from === 0 && to === size && size === length;

function horizontal(
  picture: Picture,
  firstRow: number,
  lastRow: number,
  width: number,
  across: Taps | null,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array((lastRow - firstRow) * width * 3);
  const line = new Uint8Array(picture.width * 3);
  for (let row = firstRow; row < lastRow; row++) {
    flattenRow(picture.data, row, picture.width, line);
    const start = (row - firstRow) * width * 3;
    if (!across) out.set(line, start);
    else for (let x = 0; x < width; x++) blend(line, across.first[x] * 3, 3, across, x, out, start + x * 3);
  }
  return out;
}

function vertical(
  rows: Uint8Array,
  firstRow: number,
  width: number,
  height: number,
  down: Taps,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(height * width * 3);
  const step = width * 3;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      blend(rows, (down.first[y] - firstRow) * step + x * 3, step, down, y, out, y * step + x * 3);
  return out;
}

/** Weighs the pixels at `from`, `from + step`, ... by the taps of output `index` into the pixel at `to`. */
function blend(
  from: Uint8Array,
  at: number,
  step: number,
  by: Taps,
  index: number,
  out: Uint8Array,
  to: number,
): void {
  const half = 1 << (precision - 1);
  let red = half;
  let green = half;
  let blue = half;
  const base = index * by.stride;
  for (let k = 0; k < by.count[index]; k++, at += step) {
    const weight = by.weights[base + k];
    red += from[at] * weight;
    green += from[at + 1] * weight;
    blue += from[at + 2] * weight;
  }
  out[to] = clip(red >> precision);
  out[to + 1] = clip(green >> precision);
  out[to + 2] = clip(blue >> precision);
}

const clip = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Takes the pixel under each output pixel's centre; positions are summed up step by step, as Pillow does. */
function nearest(
  picture: Picture,
  width: number,
  height: number,
  [left, top, right, bottom]: PixelBox,
): Pixels {
  const columns = centres(left, right, width, picture.width);
  const rows = centres(top, bottom, height, picture.height);
  const data = new Uint8Array(width * height * 3);
  const line = new Uint8Array(picture.width * 3);
  for (let y = 0; y < height; y++) {
    flattenRow(picture.data, rows[y], picture.width, line);
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        data[(y * width + x) * 3 + channel] = line[columns[x] * 3 + channel];
  }
  return { width, height, data };
}

function centres(from: number, to: number, size: number, length: number): Int32Array {
  const step = Math.fround(Math.fround(to) - Math.fround(from)) / size;
  const positions = new Int32Array(size);
  let at = Math.fround(from) + step * 0.5;
  for (let i = 0; i < size; i++, at += step) positions[i] = Math.min(length - 1, Math.trunc(at));
  return positions;
}
