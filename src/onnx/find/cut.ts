import type { Port } from '../file/port';
import type { Finding } from './find';
import { placesOf } from './sequence';
import { cutBefore } from './streams';
import { product } from '../shape/rules/known';
import { dimsOf } from '../shape/view';

/** How a processor cuts a picture: patches so many px wide, the picture so many times in each, in squares of so many a side. */
export interface Cut {
  side: number;
  frames: number;
  merge: number;
  /** Set where the channels of a pixel stand side by side (Fuyu, Pix2Struct, SigLIP 2), and not one whole channel after another (Qwen2-VL). */
  last?: boolean;
}

/** A picture that comes in cut: size, grid and patch as of `ImageLayout`; size and grid are null where any number of patches may come. */
export interface CutFound {
  cut: Cut;
  size: [number, number] | null;
  grid: [number, number] | null;
  patch: [number, number];
  sure: boolean;
  why: string;
}

/**
 * The patches of a picture that comes in as rows [patches, channels · frames · side · side] before a convolution: those of a square picture where the file says how
 * many there are, as many squares of them as there are places in the text; of any picture where their number is free. Null where that does not come out even.
 */
export function cutOf(finding: Finding, { name, dims }: Port): CutFound | null {
  const { view } = finding;
  const [fixed, width] = dims ?? [];
  const rows = dimsOf(view, name)?.[0];
  const kernel = cutBefore(view, name);
  const joined = placesOf(finding);
  const places = joined?.count ?? rowsOut(finding);
  if (!kernel || !places || !rows || typeof width !== 'number') return null;
  const [channels, frames, side] = kernel;
  const merge = Math.sqrt(rows / places);
  if (!Number.isInteger(merge) || channels !== 3 || width !== channels * frames * side * side) return null;
  const px = side * merge;
  const common = { patch: [px, px] as [number, number], cut: { side, frames, merge } };
  if (typeof fixed !== 'number') {
    const why = `patches of ${side} px come in cut, ${merge} × ${merge} of them to each place in the text, any number of them`;
    return { ...common, size: null, grid: null, sure: false, why };
  }
  const across = joined?.fixed?.across ?? Math.sqrt(places);
  const grid: [number, number] = [across, places / across];
  if (!grid.every(Number.isInteger)) return null;
  const held = joined?.fixed !== undefined;
  const each = `${merge} × ${merge} of them to each of ${places} places in the text`;
  return {
    ...common,
    size: [grid[0] * px, grid[1] * px],
    grid,
    sure: held,
    why: held
      ? `${rows} patches of ${side} px come in cut, ${each}, whose rows and columns the file holds`
      : `${rows} patches of ${side} px that come in cut are taken for a square, ${each}`,
  };
}

/** How many vectors a file that sees nothing but a picture makes of it. */
function rowsOut({ view, kinds }: Finding): number | undefined {
  if (kinds.includes('text')) return undefined;
  const [first] = view.linked.graph.outputs;
  const dims = first && dimsOf(view, first.name)?.slice(0, -1);
  const count = dims && product(dims);
  return count && count > 0 ? count : undefined;
}

/** Widths that detectors' features are multiples of. */
const round = 256;

/**
 * The patches of a picture that comes in as rows [examples, patches, side · side · 3] which weights go over at once, as Fuyu's do: never sure, for what a detector
 * makes of a region may be as wide. Null where the width is none of patches, corners come in too, or it is one that features often have and the input is
 * not called after patches.
 */
export function cutVectors(finding: Finding): CutFound | null {
  const { view, kinds } = finding;
  const vectors = view.linked.graph.inputs.filter((_, i) => kinds[i] === 'vectors');
  const [{ name, dims }] = vectors;
  const [, rows, width] = dims ?? [];
  if (vectors.length !== 1 || typeof width !== 'number') return null;
  const side = Math.sqrt(width / 3);
  const called = /patch|pixel/i.test(name);
  if (!Number.isInteger(side) || side < 4 || (!called && width % round === 0)) return null;
  const common = { patch: [side, side] as [number, number], cut: { side, frames: 1, merge: 1, last: true } };
  const why = `rows of ${width} numbers hold patches of ${side} × ${side} px in three channels, or what a detector made of regions`;
  if (typeof rows !== 'number') return { ...common, size: null, grid: null, sure: false, why };
  const across = Math.sqrt(rows);
  const places = placesOf(finding)?.count ?? rows;
  if (!Number.isInteger(across) || across < 2 || places !== rows) return null;
  const px = across * side;
  return { ...common, size: [px, px], grid: [across, across], sure: false, why: `${rows} ${why}` };
}
