import { surface } from '../ink/layers';
import { attentionLut, level } from '../ink/ramp';
import type { Scheme } from '../ink/ramp';
import { axis, inks, margin } from './axes';
import type { Side } from './axes';
import { halved, levelOf, most, stretches } from './matrix';
import type { Cells, Sight } from './matrix';

/** `whole`: one scale for all rows. `row`: each row to its own largest weight. */
export type Scale = 'whole' | 'row';

const notNumber: Record<Scheme, readonly [number, number, number]> = {
  light: [194, 41, 46],
  dark: [255, 143, 134],
};

/** The cells of one head as pixels, at the size they were given in and halved as often as asked for; each made when first drawn. */
export class Sheets {
  readonly cells: Cells;
  readonly #levels: Cells[];
  readonly #made = new Map<string, OffscreenCanvas>();

  constructor(cells: Cells) {
    this.cells = cells;
    this.#levels = [cells];
  }

  /** One pixel a cell; a cell that may not be seen is clear, one that is no number stands out. */
  at(times: number, scale: Scale, scheme: Scheme): OffscreenCanvas {
    const id = `${times} ${scale} ${scheme}`;
    const known = this.#made.get(id);
    if (known) return known;
    while (this.#levels.length <= times) this.#levels.push(halved(this.#levels[this.#levels.length - 1]));
    const cells = this.#levels[times];
    const { rows, columns, data, seen } = cells;
    const [canvas, context] = surface(columns, rows);
    const image = context.createImageData(columns, rows);
    const colours = attentionLut(scheme);
    const top = most(cells);
    for (let row = 0; row < rows; row++) {
      const full = scale === 'row' ? most(cells, row) : top;
      for (let i = row * columns; i < (row + 1) * columns; i++) {
        if (seen && !seen[i]) continue;
        const from = 3 * level(full > 0 ? data[i] / full : 0);
        const bad = !Number.isFinite(data[i]);
        for (let channel = 0; channel < 3; channel++)
          image.data[4 * i + channel] = bad ? notNumber[scheme][channel] : colours[from + channel];
        image.data[4 * i + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    this.#made.set(id, canvas);
    return canvas;
  }
}

/** What a matrix is drawn from. */
export interface Plate {
  sheets: Sheets;
  queries: Side['tokens'];
  keys: Side['tokens'];
  sight: Sight;
  scale: Scale;
  scheme: Scheme;
  /** The cell that is pointed at. */
  cursor: readonly [row: number, column: number] | null;
  /** px, axes and all. */
  width: number;
  height: number;
}

/** Draws the cells in sight with their axes. The context is scaled so that its unit is a CSS px; `ratio` device pixels make one. */
export function paintMatrix(context: CanvasRenderingContext2D, plate: Plate, ratio: number): void {
  const { sheets, sight, scale, scheme, width, height } = plate;
  const { rows, columns } = sheets.cells;
  const colours = inks[scheme];
  const room = [width - margin.left, height - margin.top];
  context.clearRect(0, 0, width, height);
  context.save();
  context.translate(margin.left, margin.top);
  const [wide, tall] = [
    Math.min(room[0], (columns - sight.column) * sight.scale),
    Math.min(room[1], (rows - sight.row) * sight.scale),
  ];
  context.beginPath();
  context.rect(0, 0, wide, tall);
  context.clip();
  hatch(context, wide, tall, colours.line);
  const times = levelOf(sight.scale * ratio);
  const part = 2 ** times;
  context.imageSmoothingEnabled = false;
  context.drawImage(
    sheets.at(times, scale, scheme),
    -sight.column * sight.scale,
    -sight.row * sight.scale,
    Math.ceil(columns / part) * part * sight.scale,
    Math.ceil(rows / part) * part * sight.scale,
  );
  if (sight.scale >= 10) rule(context, plate, wide, tall, colours.line);
  if (sight.scale >= 30) figures(context, plate, wide, tall);
  seams(context, plate, wide, tall, colours.ink);
  cross(context, plate, wide, tall, colours.ink);
  context.restore();
  const { queries, keys, cursor } = plate;
  const shared = { scale: sight.scale, scheme };
  axis(context, {
    ...shared,
    side: 'queries',
    tokens: queries,
    first: sight.row,
    pointed: cursor?.[0],
    length: tall,
  });
  axis(context, {
    ...shared,
    side: 'keys',
    tokens: keys,
    first: sight.column,
    pointed: cursor?.[1],
    length: wide,
  });
}

function hatch(context: CanvasRenderingContext2D, wide: number, tall: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = -tall; x < wide; x += 7) {
    context.moveTo(x, tall);
    context.lineTo(x + tall, 0);
  }
  context.stroke();
}

function rule(
  context: CanvasRenderingContext2D,
  { sight }: Plate,
  wide: number,
  tall: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = Math.ceil(sight.column); (at - sight.column) * sight.scale < wide; at++) {
    context.moveTo((at - sight.column) * sight.scale, 0);
    context.lineTo((at - sight.column) * sight.scale, tall);
  }
  for (let at = Math.ceil(sight.row); (at - sight.row) * sight.scale < tall; at++) {
    context.moveTo(0, (at - sight.row) * sight.scale);
    context.lineTo(wide, (at - sight.row) * sight.scale);
  }
  context.stroke();
}

/** Percent in every cell that has room for it. */
function figures(
  context: CanvasRenderingContext2D,
  { sheets, sight, scale, scheme }: Plate,
  wide: number,
  tall: number,
): void {
  const { cells } = sheets;
  const top = most(cells);
  context.font = '12px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const last = Math.min(cells.rows, Math.ceil(sight.row + tall / sight.scale));
  const right = Math.min(cells.columns, Math.ceil(sight.column + wide / sight.scale));
  for (let row = Math.floor(sight.row); row < last; row++) {
    const full = scale === 'row' ? most(cells, row) : top;
    for (let column = Math.floor(sight.column); column < right; column++) {
      const at = row * cells.columns + column;
      if (cells.seen && !cells.seen[at]) continue;
      const value = cells.data[at];
      const strong = value / full > 0.5 || !Number.isFinite(value);
      context.fillStyle = strong === (scheme === 'light') ? '#fff' : '#17161c';
      if (scheme === 'dark' && !strong) context.fillStyle = '#ecebf0';
      const said = Number.isFinite(value) ? (100 * value).toFixed(100 * value < 9.95 ? 1 : 0) : '?';
      context.fillText(
        said,
        (column + 0.5 - sight.column) * sight.scale,
        (row + 0.5 - sight.row) * sight.scale,
      );
    }
  }
}

/** Lines where one stream ends and the other begins. */
function seams(
  context: CanvasRenderingContext2D,
  { queries, keys, sight }: Plate,
  wide: number,
  tall: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [, start] of stretches(keys).slice(1)) {
    context.moveTo((start - sight.column) * sight.scale, 0);
    context.lineTo((start - sight.column) * sight.scale, tall);
  }
  for (const [, start] of stretches(queries).slice(1)) {
    context.moveTo(0, (start - sight.row) * sight.scale);
    context.lineTo(wide, (start - sight.row) * sight.scale);
  }
  context.stroke();
}

/** A frame around the row and the column of the cell that is pointed at. */
function cross(
  context: CanvasRenderingContext2D,
  { cursor, sight }: Plate,
  wide: number,
  tall: number,
  colour: string,
): void {
  if (!cursor) return;
  const size = Math.max(2, sight.scale);
  const [x, y] = [(cursor[1] - sight.column) * sight.scale, (cursor[0] - sight.row) * sight.scale];
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  context.strokeRect(x, -2, size, tall + 4);
  context.strokeRect(-2, y, wide + 4, size);
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeRect(x - 1, y - 1, size + 2, size + 2);
}
