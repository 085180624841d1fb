import { gridOf } from '../../state/panel/ground';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Point } from '../../state/lens/selection.svelte';

/** Cells across and down the picture where what a model sees are regions. */
const fine = 24;

/** How weights over a model's image tokens are drawn as cells of the picture. */
export interface Cells {
  grid: readonly [columns: number, rows: number];
  /** False where image tokens have no place in the picture: what another model should have seen was left out. */
  placed: boolean;
  /** A weight for each cell from one for each image token. */
  spread: (weights: Float32Array) => Float32Array;
  at: (point: Point) => number | null;
  middle: (cell: number) => Point | null;
}

/** A cell for each patch; where there are regions instead, a fine grid of which every cell has the largest weight of the regions over it. */
export function cellsOf(lens: Lens, picture: 0 | 1 = lens.picture): Cells {
  const { panel } = lens;
  const places = lens.sequences[picture] ?? lens.places;
  const grid = gridOf(panel, picture);
  const placed = places.image.every((position) => lens.tokens[position].box !== undefined);
  if ((grid && places.image.length === grid[0] * grid[1]) || !places.image.length)
    return {
      grid: grid ?? [8, 8],
      placed,
      spread: (weights) => weights,
      at: (point) => lens.patchAt(point, places),
      middle: (patch) => lens.middle(patch, places),
    };
  const middle = (cell: number): Point => [
    ((cell % fine) + 0.5) / fine,
    (Math.floor(cell / fine) + 0.5) / fine,
  ];
  let above: readonly number[][] | null = null;
  return {
    grid: [fine, fine],
    placed,
    spread: (weights) => {
      above ??= Array.from({ length: fine * fine }, (_, cell) =>
        over(lens.tokens, places.image, middle(cell)),
      );
      return Float32Array.from(above, (regions) =>
        regions.reduce((most, i) => Math.max(most, weights[i]), 0),
      );
    },
    at: ([x, y]) =>
      Math.min(fine - 1, Math.floor(y * fine)) * fine + Math.min(fine - 1, Math.floor(x * fine)),
    middle,
  };
}

/** Indices of the regions over a place. */
function over(tokens: Lens['tokens'], image: readonly number[], [x, y]: Point): number[] {
  return [...image.keys()].filter((index) => {
    const box = tokens[image[index]].box;
    return box && x >= box[0] && y >= box[1] && x < box[0] + box[2] && y < box[1] + box[3];
  });
}
