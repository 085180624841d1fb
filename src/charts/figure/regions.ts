import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { coloursOf, hex, indexOf, type Rect } from './cells';
import { type } from './frame';
import { tag, widthOf, write } from './svg';

/** A box of the picture as a figure shows it. */
export interface Outline {
  /** px of the figure */
  place: Rect;
  /** Share of the largest weight. */
  share: number;
  chosen: boolean;
  /** One that fills up where a detector found too little. */
  dashed: boolean;
}

/** Boxes over a picture with their names; the figure's px. */
export interface RegionMarks {
  /** What is drawn of the map: where boxes overlap, the largest weight counts. */
  tiles: readonly { place: Rect; weight: number }[];
  outlines: readonly Outline[];
  names: readonly { x: number; y: number; text: string; chosen: boolean }[];
}

/** The map as one shape a tile, in the colours of the ramp; what is seen of the picture has that of nothing. */
export function drawTiles(
  tiles: RegionMarks['tiles'],
  [x, y, width, height]: Rect,
  max: number,
  scheme: Scheme,
): string {
  const colours = coloursOf(false, scheme);
  const rect = ([x, y, width, height]: Rect, index: number) =>
    tag('rect', { x, y, width, height, fill: hex(colours, index) });
  return tag(
    'g',
    { 'shape-rendering': 'crispEdges' },
    rect([x, y, width, height], indexOf(0, max, false)),
    ...tiles.map(({ place, weight }) => rect(place, indexOf(weight, max, false))),
  );
}

/** Outlines as strong as their weight on a halo, and names on a plate. */
export function drawOutlines({ outlines, names }: RegionMarks, scheme: Scheme): string {
  const card = hue('card', scheme);
  const boxes = outlines.map(({ place: [x, y, width, height], share, chosen, dashed }) => {
    const stroke = hue(chosen ? 'image-solid' : share > 0.05 ? 'accent' : 'image-line', scheme);
    const thick = chosen ? 2.5 : 1 + 2.5 * share;
    const box = { x, y, width, height, fill: 'none' };
    return [
      tag('rect', { ...box, stroke: card, 'stroke-width': thick + 2, 'stroke-opacity': 0.75 }),
      tag('rect', { ...box, stroke, 'stroke-width': thick, 'stroke-dasharray': dashed ? '5 4' : null }),
    ].join('');
  });
  const plates = names.map(({ x, y, text, chosen }) => {
    const fill = hue(chosen ? 'image-solid' : 'card', scheme);
    const ink = hue(chosen ? 'on-image' : 'ink', scheme);
    return [
      tag('rect', { x, y, width: widthOf(text, type.small) + 8, height: 18, rx: 3, fill }),
      write(x + 4, y + 13, text, { 'font-size': type.small, fill: ink }),
    ].join('');
  });
  return [...boxes, ...plates].join('');
}
