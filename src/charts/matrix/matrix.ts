/** One query or key on an axis. */
export interface AxisToken {
  /** "“dog”", "patch in row 3, column 5" */
  title: string;
  /** On the axis: "dog", "3·5" */
  short: string;
  stream: 'text' | 'image' | 'query';
}

/** Weights of one head, row-major [rows, columns]: a row a query. */
export interface Cells {
  rows: number;
  columns: number;
  data: Float32Array;
  /** 0 where a query may not look at a key; null where it may everywhere. */
  seen: Uint8Array | null;
}

/** What of the matrix is in sight: the first row and column, fractions of cells allowed, and px a cell. */
export interface Sight {
  row: number;
  column: number;
  scale: number;
}

/** Half as many rows and columns, rounded up: each cell the largest of the four that it stands for, so that neither a peak nor what is no number is lost. */
export function halved({ rows, columns, data, seen }: Cells): Cells {
  const [down, across] = [Math.ceil(rows / 2), Math.ceil(columns / 2)];
  const pooled = new Float32Array(down * across);
  const open = seen && new Uint8Array(down * across);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const to = (row >> 1) * across + (column >> 1);
      const from = row * columns + column;
      if (data[from] > pooled[to] || !Number.isFinite(data[from])) pooled[to] = data[from];
      if (open && seen[from]) open[to] = 1;
    }
  return { rows: down, columns: across, data: pooled, seen: open };
}

/** How often to halve so that a cell of the result has at least one pixel. @param pixels device pixels a cell */
export function levelOf(pixels: number): number {
  return pixels >= 1 ? 0 : Math.ceil(-Math.log2(pixels));
}

/** The largest scale, px a cell. */
export const closest = 64;

/** The whole matrix in a frame of px, in its upper left corner. */
export function fit(cells: { rows: number; columns: number }, width: number, height: number): Sight {
  return {
    row: 0,
    column: 0,
    scale: Math.min(closest, Math.max(0.01, Math.min(width / cells.columns, height / cells.rows))),
  };
}

/** A sight that shows no more emptiness than it must, and is neither farther off than the whole nor nearer than `closest`. */
export function held(
  sight: Sight,
  cells: { rows: number; columns: number },
  width: number,
  height: number,
): Sight {
  const scale = Math.min(closest, Math.max(fit(cells, width, height).scale, sight.scale));
  const most = (count: number, room: number) => Math.max(0, count - room / scale);
  return {
    row: Math.max(0, Math.min(most(cells.rows, height), sight.row)),
    column: Math.max(0, Math.min(most(cells.columns, width), sight.column)),
    scale,
  };
}

/** Nearer (or farther) by a factor about a place that stays where it is, px from the upper left corner of the frame. */
export function zoomed({ row, column, scale }: Sight, factor: number, x: number, y: number): Sight {
  const next = Math.min(closest, scale * factor);
  return { row: row + y / scale - y / next, column: column + x / scale - x / next, scale: next };
}

/** The cell at a place in px; null outside. */
export function cellAt(
  { row, column, scale }: Sight,
  cells: { rows: number; columns: number },
  x: number,
  y: number,
): readonly [row: number, column: number] | null {
  const [r, c] = [Math.floor(row + y / scale), Math.floor(column + x / scale)];
  return x >= 0 && y >= 0 && r >= 0 && c >= 0 && r < cells.rows && c < cells.columns ? [r, c] : null;
}

/** Every how many cells there is room for a label of `room` px: 1, 2, 4, 8 … */
export function stepOf(scale: number, room: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(room / scale)));
}

/** Stretches of one stream along an axis: [stream, start, end). */
export function stretches(
  axis: readonly Pick<AxisToken, 'stream'>[],
): readonly (readonly [AxisToken['stream'], number, number])[] {
  const found: [AxisToken['stream'], number, number][] = [];
  axis.forEach(({ stream }, at) => {
    const last = found.at(-1);
    if (last?.[0] === stream) last[2] = at + 1;
    else found.push([stream, at, at + 1]);
  });
  return found;
}

/** The largest finite weight of a row, or of all. */
export function most({ rows, columns, data }: Cells, row?: number): number {
  const [start, end] = row === undefined ? [0, rows * columns] : [row * columns, (row + 1) * columns];
  let top = 0;
  for (let i = start; i < end; i++) if (data[i] > top && data[i] < Infinity) top = data[i];
  return top;
}
