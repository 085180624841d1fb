import { largest } from '../ink/format';
import type { Place } from '../ink/layers';
import { attentionLut, fullAttention, level } from '../ink/ramp';
import type { Lut, Scheme } from '../ink/ramp';

/** A small map: weights over patches in raster order, or over words (drawn as columns). */
export interface AtlasMap {
  kind: 'patches' | 'words';
  /** Columns and rows of patches; for words their number and 1. */
  grid: readonly [cols: number, rows: number];
  weights: ArrayLike<number>;
  /** What evenly spread attention would give each key. */
  even: number;
}

/** A small map and where it lies on the canvas, in whole pixels. */
export interface Placed {
  map: AtlasMap;
  place: Place;
}

const inks = new Map<Lut, Uint32Array>();

/** The colours of a ramp as pixels of a canvas, opaque. */
function inkOf(lut: Lut): Uint32Array {
  let ink = inks.get(lut);
  if (!ink) {
    const bytes = new Uint8Array(4 * (lut.length / 3)).fill(255);
    for (let i = 0; i < lut.length; i++) bytes[4 * Math.floor(i / 3) + (i % 3)] = lut[i];
    inks.set(lut, (ink = new Uint32Array(bytes.buffer)));
  }
  return ink;
}

/**
 * Writes maps into the pixels of a canvas, nothing between them. A hover of a word changes every map at once: written at one go they cost a
 * fraction of what a drawing for each patch does.
 * @param pixels four bytes each, row by row
 * @param width of the canvas
 * @param common weight drawn as full attention in every map; null gives each its own
 */
export function writeMaps(
  pixels: Uint32Array,
  width: number,
  cells: readonly Placed[],
  common: number | null,
  scheme: Scheme,
): void {
  const ink = inkOf(attentionLut(scheme));
  pixels.fill(0);
  for (const { map, place } of cells) {
    const max = common ?? fullAttention(largest(map.weights), map.even);
    const share = (i: number): number => (max > 0 ? map.weights[i] / max : 0);
    if (map.kind === 'patches') writePatches(pixels, width, place, map.grid, (i) => ink[level(share(i))]);
    else writeColumns(pixels, width, place, map.grid[0], share, ink);
  }
}

function writePatches(
  pixels: Uint32Array,
  width: number,
  [left, top, wide, tall]: Place,
  [cols, rows]: AtlasMap['grid'],
  ink: (patch: number) => number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = Math.round((row * tall) / rows);
    const to = Math.round(((row + 1) * tall) / rows);
    if (from === to) continue;
    const start = (top + from) * width + left;
    for (let col = 0; col < cols; col++)
      pixels.fill(
        ink(row * cols + col),
        start + Math.round((col * wide) / cols),
        start + Math.round(((col + 1) * wide) / cols),
      );
    for (let y = from + 1; y < to; y++) pixels.copyWithin((top + y) * width + left, start, start + wide);
  }
}

/** A column for each word, as tall and as dark as its weight. */
function writeColumns(
  pixels: Uint32Array,
  width: number,
  [left, top, wide, tall]: Place,
  count: number,
  share: (word: number) => number,
  ink: Uint32Array,
): void {
  const block = (x: number, end: number, from: number, colour: number): void => {
    for (let y = top + from; y < top + tall; y++)
      pixels.fill(colour, y * width + left + x, y * width + left + end);
  };
  block(0, wide, 0, ink[0]);
  const pitch = wide / count;
  for (let i = 0; i < count; i++) {
    const part = Math.min(1, share(i)) || 0;
    const x = Math.round(i * pitch);
    const end = Math.max(x + 1, Math.round((i + 1) * pitch) - (pitch > 4 ? 1 : 0));
    block(x, Math.min(wide, end), tall - Math.round(part * tall), ink[Math.round(255 * (0.3 + 0.7 * part))]);
  }
}
