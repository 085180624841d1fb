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
 * The ground has the colour of zero. Colours are painted from zero on, and each reaches half a cell under neighbours that are painted later:
 * what draws with soft edges, as Inkscape does, shows no ground between them.
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
  const rank = (index: number) => 2 * Math.abs(index - ground) + Number(index > ground);
  const levels = Array.from({ length: rows * columns }, (_, at) => indexOf(weights[at], max, signed));
  const paths = new Map<number, string[]>();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns;) {
      const index = levels[row * columns + column];
      let end = column + 1;
      while (end < columns && levels[row * columns + end] === index) end++;
      if (index !== ground) {
        const under = (r: number, c: number) =>
          r >= 0 && r < rows && c >= 0 && c < columns && rank(levels[r * columns + c]) > rank(index)
            ? 0.5
            : 0;
        paths.set(index, [...(paths.get(index) ?? []), ...pieces([row, column, end], under)]);
      }
      column = end;
    }
  const scale = [width / columns, height / rows].map((px) => Number(px.toFixed(5))).join(' ');
  return tag(
    'g',
    { 'shape-rendering': 'crispEdges' },
    tag('rect', { x, y, width, height, fill: hex(colours, ground) }),
    tag(
      'g',
      { transform: `translate(${short(x)} ${short(y)}) scale(${scale})` },
      ...[...paths]
        .sort(([one], [other]) => rank(one) - rank(other))
        .map(([index, path]) => tag('path', { d: path.join(''), fill: hex(colours, index) })),
    ),
  );
}

/** Cells `column` to `end` of a row as rectangles, in cells: what `under` says goes to the sides, above and below. */
function pieces(
  [row, column, end]: readonly [row: number, column: number, end: number],
  under: (row: number, column: number) => number,
): string[] {
  const box = (left: number, top: number, right: number, bottom: number) =>
    `M${left} ${top}H${right}V${bottom}H${left}z`;
  const [left, right] = [column - under(row, column - 1), end + under(row, end)];
  const found: string[] = [];
  for (let start = column; start < end;) {
    const [up, down] = [under(row - 1, start), under(row + 1, start)];
    let stop = start + 1;
    while (stop < end && under(row - 1, stop) === up && under(row + 1, stop) === down) stop++;
    if (up || down) found.push(box(start, row - up, stop, row + 1 + down));
    start = stop;
  }
  const whole = found.length === 1 && found[0].startsWith(`M${left} `) && found[0].includes(`H${right}V`);
  return whole ? found : [box(left, row, right, row + 1), ...found];
}
