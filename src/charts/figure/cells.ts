import { attentionLut, differenceLut, level } from '../ink/ramp';
import type { Lut, Scheme } from '../ink/ramp';
import { short, tag } from './svg';

/** x, y, width, height in the figure's pixels. */
export type Rect = readonly [x: number, y: number, width: number, height: number];

/** "#rrggbb" of an entry of a LUT: Inkscape knows no rgb() with spaces. */
export function hex(colours: Lut, index: number): string {
  return `#${[0, 1, 2].map((channel) => colours[3 * index + channel].toString(16).padStart(2, '0')).join('')}`;
}

/** The colours of a map: of shares from 0 to `max`, or of parts from -max to max. */
export const coloursOf = (signed: boolean, scheme: Scheme): Lut =>
  (signed ? differenceLut : attentionLut)(scheme);

/** Index of a weight's colour. */
export const indexOf = (weight: number, max: number, signed: boolean): number =>
  max > 0 ? level(signed ? (weight / max + 1) / 2 : weight / max) : level(signed ? 0.5 : 0);

/**
 * A map as paths, one a colour, neighbours of one colour in a row joined: small enough for every head of a large model, and still vector.
 * The ground has the colour of zero.
 */
export function drawCells(
  [x, y, width, height]: Rect,
  [columns, rows]: readonly [columns: number, rows: number],
  weights: ArrayLike<number>,
  max: number,
  scheme: Scheme,
  signed = false,
): string {
  const colours = coloursOf(signed, scheme);
  const ground = indexOf(0, max, signed);
  const paths = new Map<number, string[]>();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns;) {
      const index = indexOf(weights[row * columns + column], max, signed);
      let end = column + 1;
      while (end < columns && indexOf(weights[row * columns + end], max, signed) === index) end++;
      if (index !== ground) {
        const left = x + (column * width) / columns;
        const path = `M${short(left)} ${short(y + (row * height) / rows)}h${short(((end - column) * width) / columns)}v${short(height / rows)}h${short((-(end - column) * width) / columns)}z`;
        paths.set(index, [...(paths.get(index) ?? []), path]);
      }
      column = end;
    }
  // Without anti-aliasing no hairlines of the ground show between cells.
  return tag(
    'g',
    { 'shape-rendering': 'crispEdges' },
    tag('rect', { x, y, width, height, fill: hex(colours, ground) }),
    ...[...paths].map(([index, path]) => tag('path', { d: path.join(''), fill: hex(colours, index) })),
  );
}
