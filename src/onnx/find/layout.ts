import type { Port } from '../file/port';
import { besideOf } from './beside';
import { cutOf, cutVectors, type Cut, type CutFound } from './cut';
import type { Finding } from './find';
import type { Guess } from './guess';
import { has, type Placed } from './place';
import { runsOf } from './sequence';
import type { Tiled } from './tiled';
import { patchOf, streamsOf, type InputKind } from './streams';
import { product } from '../shape/rules/known';
import { dimsOf, type View } from '../shape/view';

/** How the positions of a picture are laid out. */
export interface ImageLayout {
  kind: 'patch' | 'region' | 'grid' | 'image';
  /** Width and height of the picture in px, where the file fixes them. */
  size: [number, number] | null;
  /** Patches per row and column. */
  grid: [number, number] | null;
  /** Width and height of a patch in px; null where none are cut out. */
  patch: [number, number] | null;
  /** Positions before the patches: the first is taken for CLS, further ones for registers. */
  extra: number;
  /** Learnt positions behind the patches; `answer` where all that comes out is made of them, as of YOLOS' detection tokens. */
  behind?: { count: number; answer: boolean };
  /** How many pictures come in at once, where they are several: frames or tiles; the rest is said of each. */
  pictures?: number;
  /** Set where these are a picture and its tiles, which stand in a text row by row. */
  tiled?: Tiled;
  /** Set where a picture comes in cut into rows of numbers already. */
  cut?: Cut;
}

/** What the positions of a picture are; null for a model without one. */
export function layoutOf(finding: Finding, placed: readonly Placed[]): Guess<ImageLayout> | null {
  const { view, origins, kinds, attentions } = finding;
  const pictures = view.linked.graph.inputs.filter((_, i) => kinds[i] === 'image');
  if (pictures.length === 0) {
    if (!kinds.includes('vectors') || !attentions.some(({ keys }) => has(keys, 'image'))) return null;
    const why = 'vectors come in beside the text, which are taken for regions';
    const patches = cutVectors(finding);
    if (patches) return cutLayout(patches);
    return { value: { kind: 'region', size: null, grid: null, patch: null, extra: 0 }, sure: false, why };
  }
  const dims = pictures[0].dims ?? [];
  const { size, sides, why: sizes } = sidesOf(view, pictures[0]);
  const length = pictureLength(view, kinds, placed);
  const patch = patchOf(view, origins);
  const none = { kind: 'image', size, grid: null, patch: null, extra: 0 } as const;
  const cut = dims.length === 2 ? cutOf(finding, pictures[0]) : null;
  if (cut) return cutLayout(cut);
  const one =
    dims.length > 4 && (dimsOf(view, pictures[0].name) ?? []).slice(0, -3).every((count) => count === 1);
  const many = dims.length > 4 ? product((dimsOf(view, pictures[0].name) ?? [NaN]).slice(1, -3)) : 1;
  const several = many > 1 && size && patch?.whole ? severalOf(size, patch.size, many, placed) : null;
  if (several) return several;
  if (dims.length !== 4 && !one)
    return { value: { ...none, kind: patch?.whole ? 'patch' : 'image' }, sure: false, why: sizes };
  if (!patch)
    return {
      value: { ...none, ...squareOf(size, length) },
      sure: false,
      why: 'no convolution cuts the picture into patches',
    };
  if (!patch.whole) {
    const grid = cellsOf(view, length);
    const why = grid
      ? `${length} positions, as many as the ${grid[0]} × ${grid[1]} cells of a convolution`
      : 'the first convolution overlaps, as a CNN does';
    return { value: { ...none, kind: 'grid', grid }, sure: false, why };
  }
  const [high, wide] = sides;
  const merge = size ? mergedBy(patch.size, sides, length) : 1;
  const [down, across] = patch.size.map((side) => side * merge);
  const grid: [number, number] = [Math.floor(wide / across), Math.floor(high / down)];
  const patches = grid[0] * grid[1];
  const beside = length === null || merge > 1 ? null : besideOf(finding, length);
  const told = beside && beside.before + patches + beside.behind === length ? beside : null;
  const extra = told?.before ?? (length === null ? 0 : length - patches);
  const fits = length !== null && extra >= 0 && extra <= 16;
  const behind =
    told && fits && told.behind > 0 ? { behind: { count: told.behind, answer: told.answers } } : {};
  if (!size)
    return {
      value: { ...none, kind: 'patch', patch: [across, down], extra: fits ? extra : 0, ...behind },
      sure: false,
      why: `patches of ${patch.size.join(' × ')} px, any size`,
    };
  const cls = extra === 0 ? '' : extra === 1 ? ' and CLS' : `, CLS and ${extra - 1} registers`;
  const tail = told?.answers ? 'learnt queries, of which alone the answer is made' : 'registers';
  const more = behind.behind ? `${cls}, and behind them ${behind.behind.count} ${tail}` : cls;
  const why =
    merge > 1
      ? `${length} positions are ${grid[0]} × ${grid[1]} squares of ${merge} × ${merge} patches that a convolution cuts`
      : fits
        ? `${length} positions are ${grid[0]} × ${grid[1]} patches${more}`
        : `a convolution cuts ${grid[0]} × ${grid[1]} patches`;
  return {
    value: {
      kind: 'patch',
      size,
      grid,
      patch: [across, down],
      extra: fits ? extra : 0,
      ...behind,
    },
    sure: merge === 1 && fits && extra <= 1 && (extra === 0 || told !== null || leads(finding)),
    why,
  };
}

function cutLayout({ sure, why, ...found }: CutFound): Guess<ImageLayout> {
  return { value: { kind: 'patch', extra: 0, ...found }, sure, why };
}

/** Frames or tiles: as many patches in each as a convolution cuts, whether each attends by itself or all do together. */
function severalOf(
  size: [number, number],
  [down, across]: readonly number[],
  many: number,
  placed: readonly Placed[],
): Guess<ImageLayout> | null {
  const own = placed.find(({ block, attention }) => block === 'vv' && attention.keys.length !== null);
  if (!own) return null;
  const { parts, keys } = own.attention;
  const each = keys.length! / (parts === many ? 1 : many);
  const grid: [number, number] = [Math.floor(size[0] / across), Math.floor(size[1] / down)];
  const extra = each - grid[0] * grid[1];
  if (!Number.isInteger(extra) || extra < 0 || extra > 16) return null;
  return {
    value: { kind: 'patch', size, grid, patch: [across, down], extra, pictures: many },
    sure: false,
    why: `${many} pictures come in at once, frames or tiles, each of ${grid[0]} × ${grid[1]} patches${extra ? ` and ${extra} more` : ''}`,
  };
}

/** How many patches along a side became one, as where a hierarchy merges them (Swin); 1 where that does not come out even. */
function mergedBy(patch: readonly number[], sides: readonly number[], length: number | null): number {
  const cells = patch.map((side, i) => Math.floor(sides[i] / side));
  const merge = Math.sqrt((cells[0] * cells[1]) / (length ?? NaN));
  return merge > 1 && Number.isInteger(merge) && cells.every((count) => count % merge === 0) ? merge : 1;
}

/** Whether what is learnt and stands beside the picture alone stands before it. */
function leads(finding: Finding): boolean {
  const { view, origins, kinds } = finding;
  return view.linked.order.every((node) => {
    const streams = streamsOf(origins.bits.get(node.outputs[0]) ?? 0, kinds);
    if (
      node.op !== 'Concat' ||
      streams.join() !== 'image' ||
      (dimsOf(view, node.outputs[0])?.length ?? 0) < 3
    )
      return true;
    const runs = runsOf(finding, node);
    const first = runs.findIndex(({ streams }) => streams.length > 0);
    return runs.slice(first).every(({ streams }) => streams.length > 0);
  });
}

interface Sides {
  /** Width and height, where the file fixes them. */
  size: [number, number] | null;
  /** Height and width in the run that was made up. */
  sides: readonly number[];
  why: string;
}

/** The sides of a picture: the two axes beside that of its three channels; a picture of other axes is many, or none. */
function sidesOf(view: View, { name, dims }: Port): Sides {
  const rank = dims?.length ?? 0;
  const last = rank >= 4 && dims!.at(-1) === 3;
  const axes = last ? [-3, -2] : [-2, -1];
  const tried = dimsOf(view, name) ?? [];
  const sides = axes.map((axis) => tried.at(axis) ?? NaN);
  const [height, width] = axes.map((axis) => dims?.at(axis));
  const fixed = rank >= 4 && typeof height === 'number' && typeof width === 'number';
  const why =
    rank > 4
      ? `the picture’s input has ${rank} axes: frames, or tiles of several pictures`
      : 'the picture comes in already cut into patches';
  return { size: fixed ? [width, height] : null, sides, why };
}

/** Patches as many along one side of a square picture as along the other, where its positions are so many. */
function squareOf(size: Sides['size'], length: number | null): Partial<ImageLayout> {
  const count = Math.sqrt(length ?? NaN);
  const side = size && size[0] === size[1] ? size[0] / count : NaN;
  return Number.isInteger(side) && count > 1
    ? { kind: 'patch', grid: [count, count], patch: [side, side] }
    : {};
}

/** Columns and rows of a convolution's output that has so many cells; null where none or two unlike ones have. */
function cellsOf(view: View, length: number | null): [number, number] | null {
  const found = new Set<string>();
  for (const { op, outputs } of view.linked.order) {
    const [, , high, wide] = /Conv/.test(op) ? (dimsOf(view, outputs[0]) ?? []) : [];
    if (high * wide === length) found.add(`${wide} ${high}`);
  }
  const [only] = found;
  return found.size === 1 ? (only.split(' ').map(Number) as [number, number]) : null;
}

/** Positions that the picture has: those of an attention over it alone, those that words look at, or what the text leaves of a joint one. */
function pictureLength(view: View, kinds: readonly InputKind[], placed: readonly Placed[]): number | null {
  const own = placed.filter(({ block }) => block === 'vv');
  const whole = own.find(({ attention }) => attention.parts === 1)?.attention.keys.length;
  const looked = placed.find(({ block }) => block === 'tv')?.attention.keys.length;
  if (whole || looked || own.length > 0) return whole ?? looked ?? null;
  const joint = placed.find(({ block }) => block === 'joint')?.attention.keys.length;
  const words = view.linked.graph.inputs
    .filter((_, i) => kinds[i] === 'text')
    .map(({ name }) => dimsOf(view, name)?.[1]);
  return joint && words.length === 1 && words[0] ? joint - words[0] : null;
}
