import type { Box } from '../../trace/trace';
import type { Place, Stage } from '../ink/layers';
import type { Overlay } from '../ink/overlay';
import { attentionLut, cssColour, level } from '../ink/ramp';

/** A box of the picture. */
export interface RegionBox {
  box: Box;
  /** What a detector calls it. */
  name?: string;
  confidence?: number;
  origin?: 'detector' | 'visitor' | 'filling' | 'file';
}

/** "3 dog", counted from 1; the number alone where nothing names it. */
export const regionName = ({ name }: RegionBox, index: number): string =>
  name === undefined ? `${index + 1}` : `${index + 1} ${name}`;

/** A box of the picture in px, where `view` of the picture fills `width` × `height`. */
export const placeOf = (box: Box, view: Box, width: number, height: number): Place => [
  ((box[0] - view[0]) / view[2]) * width,
  ((box[1] - view[1]) / view[3]) * height,
  (box[2] / view[2]) * width,
  (box[3] / view[3]) * height,
];

export const middleOf = ([left, top, width, height]: Place): readonly [x: number, y: number] => [
  left + width / 2,
  top + height / 2,
];

/** Indices of the boxes over a point, the smallest first. */
export function regionsUnder(x: number, y: number, places: readonly Place[]): number[] {
  const over = [...places.keys()].filter((index) => {
    const [left, top, width, height] = places[index];
    return x >= left && y >= top && x <= left + width && y <= top + height;
  });
  const area = (index: number) => places[index][2] * places[index][3];
  return over.toSorted((a, b) => area(a) - area(b));
}

/** The box that a click chooses: the smallest under it, and from one that is chosen already the next larger. */
export function nextUnder(under: readonly number[], chosen: number | null): number | null {
  if (under.length === 0) return null;
  const at = chosen === null ? -1 : under.indexOf(chosen);
  return under[(at + 1) % under.length];
}

/** Rectangles between all edges of some boxes, px, each with the largest weight of the boxes over it. */
export function tiles(
  places: readonly Place[],
  weights: ArrayLike<number>,
): { place: Place; weight: number }[] {
  const edges = (axis: 0 | 1) => {
    const all = places.flatMap((place) => [
      Math.round(place[axis]),
      Math.round(place[axis] + place[axis + 2]),
    ]);
    return [...new Set(all)].toSorted((a, b) => a - b);
  };
  const [columns, rows] = [edges(0), edges(1)];
  const found: { place: Place; weight: number }[] = [];
  for (let row = 0; row + 1 < rows.length; row++)
    for (let column = 0; column + 1 < columns.length; column++) {
      const [left, top] = [columns[column], rows[row]];
      const [width, height] = [columns[column + 1] - left, rows[row + 1] - top];
      const under = regionsUnder(left + width / 2, top + height / 2, places);
      const weight = under.reduce((most, index) => Math.max(most, weights[index]), 0);
      if (weight > 0) found.push({ place: [left, top, width, height], weight });
    }
  return found;
}

/**
 * Draws the picture with the weight of each box as its fill; where boxes overlap, the largest counts.
 * @param places of the boxes, px of the canvas
 * @param weights one for each box; null for the picture alone
 * @param max weight that is drawn in full
 */
export function drawRegions(
  context: CanvasRenderingContext2D,
  { layers, place, backdrop }: Stage,
  places: readonly Place[],
  weights: ArrayLike<number> | null,
  max: number,
  overlay: Overlay,
): void {
  context.clearRect(0, 0, backdrop.width, backdrop.height);
  context.drawImage(backdrop, 0, 0);
  if (!weights) return context.drawImage(layers.colour, ...place, ...place);
  const share = (weight: number) => (max > 0 ? Math.min(1, weight / max) : 0);
  if (overlay === 'veil') {
    for (const { place: tile, weight } of tiles(places, weights)) {
      context.globalAlpha = share(weight);
      context.drawImage(layers.colour, ...tile, ...tile);
    }
    context.globalAlpha = 1;
    return;
  }
  const lut = attentionLut(layers.scheme);
  context.drawImage(layers.grey, ...place, ...place);
  context.globalCompositeOperation = layers.scheme === 'light' ? 'multiply' : 'screen';
  context.fillStyle = cssColour(lut, 0);
  context.fillRect(...place);
  context.globalCompositeOperation = 'source-over';
  for (const { place: tile, weight } of tiles(places, weights)) {
    context.drawImage(layers.grey, ...tile, ...tile);
    context.globalCompositeOperation = layers.scheme === 'light' ? 'multiply' : 'screen';
    context.fillStyle = cssColour(lut, level(share(weight)));
    context.fillRect(...tile);
    context.globalCompositeOperation = 'source-over';
  }
}
