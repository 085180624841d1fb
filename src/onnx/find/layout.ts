import type { Finding } from './find';
import { has, type Placed } from './place';
import { patchOf, streamsOf, type InputKind, type Stream } from './streams';
import { dimsOf, type View } from '../shape/view';

/** A statement about a model. What is not sure should be confirmed by whoever brings the model. */
export interface Guess<T> {
  value: T;
  sure: boolean;
  why: string;
}

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
}

/** The order in which a Concat joins text to image. */
export function sequenceOf({ view, origins, kinds }: Finding): Guess<('text' | 'image')[]> {
  for (const { op, inputs } of view.linked.order) {
    if (op !== 'Concat') continue;
    const streams = inputs.map((name) => streamsOf(origins.bits.get(name) ?? 0, kinds));
    const at = (stream: Stream) => streams.findIndex((list) => list.length === 1 && list[0] === stream);
    const [text, image] = [at('text'), at('image')];
    if (text >= 0 && image >= 0)
      return {
        value: text < image ? ['text', 'image'] : ['image', 'text'],
        sure: true,
        why: 'so are they concatenated',
      };
  }
  return { value: ['text', 'image'], sure: false, why: 'where they are joined was not found' };
}

/** What the positions of a picture are; null for a model without one. */
export function layoutOf(
  { view, origins, kinds, attentions }: Finding,
  placed: readonly Placed[],
): Guess<ImageLayout> | null {
  const pictures = view.linked.graph.inputs.filter((_, i) => kinds[i] === 'image');
  if (pictures.length === 0) {
    if (!kinds.includes('vectors') || !attentions.some(({ keys }) => has(keys, 'image'))) return null;
    const why = 'vectors come in beside the text, which are taken for regions';
    return { value: { kind: 'region', size: null, grid: null, patch: null, extra: 0 }, sure: false, why };
  }
  const dims = pictures[0].dims ?? [];
  const [height, width] = dims[3] === 3 ? [dims[1], dims[2]] : [dims[2], dims[3]];
  const size: [number, number] | null =
    typeof height === 'number' && typeof width === 'number' ? [width, height] : null;
  const length = pictureLength(view, kinds, placed);
  const patch = patchOf(view, origins);
  const none = { kind: 'image', size, grid: null, patch: null, extra: 0 } as const;
  if (!patch) return { value: none, sure: false, why: 'no convolution cuts the picture into patches' };
  if (!patch.whole) {
    const side = Math.sqrt(length ?? NaN);
    const grid: [number, number] | null =
      Number.isInteger(side) && size?.[0] === size?.[1] ? [side, side] : null;
    const why = grid
      ? `${length} positions, as many as ${side} × ${side}`
      : 'the first convolution overlaps, as a CNN does';
    return { value: { ...none, kind: 'grid', grid }, sure: false, why };
  }
  const [down, across] = patch.size;
  const made = dimsOf(view, pictures[0].name)?.slice(dims[3] === 3 ? 1 : 2) ?? [];
  const [high, wide] = size ? [size[1], size[0]] : made;
  const grid: [number, number] = [Math.floor(wide / across), Math.floor(high / down)];
  const extra = length === null ? 0 : length - grid[0] * grid[1];
  const fits = length !== null && extra >= 0 && extra <= 16;
  if (!size)
    return {
      value: { ...none, kind: 'patch', patch: [across, down], extra: fits ? extra : 0 },
      sure: false,
      why: `patches of ${patch.size.join(' × ')} px, any size`,
    };
  const more = extra === 0 ? '' : extra === 1 ? ' and CLS' : `, CLS and ${extra - 1} registers`;
  const why = fits
    ? `${length} positions are ${grid[0]} × ${grid[1]} patches${more}`
    : `a convolution cuts ${grid[0]} × ${grid[1]} patches`;
  return {
    value: { kind: 'patch', size, grid, patch: [across, down], extra: fits ? extra : 0 },
    sure: fits && extra <= 1,
    why,
  };
}

/** Positions that the picture has: those of an attention over it alone, or what the text leaves of a joint one. */
function pictureLength(view: View, kinds: readonly InputKind[], placed: readonly Placed[]): number | null {
  const own = placed.find(({ block }) => block === 'vv')?.attention.keys.length;
  if (own) return own;
  const joint = placed.find(({ block }) => block === 'joint')?.attention.keys.length;
  const words = view.linked.graph.inputs
    .filter((_, i) => kinds[i] === 'text')
    .map(({ name }) => dimsOf(view, name)?.[1]);
  return joint && words.length === 1 && words[0] ? joint - words[0] : null;
}
