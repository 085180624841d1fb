/** A column of figures, or of names. */
export interface Column {
  id: string;
  name: string;
  /** What it is, in a sentence. */
  help: string;
  /** Where it comes from. */
  source?: { title: string; address: string };
  /** How a figure is told; names have none. */
  format?: (value: number) => string;
  /** What an empty and a full bar stand for; none draws no bar. Bars of a domain that crosses 0 grow from there. */
  domain?: readonly [low: number, high: number];
}

/** A figure or a name; or null, with the reason why there is none. */
export interface Cell {
  value: number | string | null;
  reason?: string;
  /** What chance or evenly spread attention would give: a tick in the bar. */
  even?: number | null;
}

export interface Row {
  id: string;
  /** "METER-mini, text → image 1, head 4" */
  title: string;
  stage: 'text' | 'image' | 'fusion';
  /** By the identity of a column; one that is missing is blank. */
  cells: Readonly<Record<string, Cell>>;
}

export interface Order {
  column: string;
  descending: boolean;
}

/** Rows in order of a column; those without a figure are last either way, and equal ones stay as they were. */
export function sorted<R extends Row>(rows: readonly R[], { column, descending }: Order): readonly R[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [known(a.cells[column]), known(b.cells[column])];
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    if (typeof one === 'string' || typeof other === 'string')
      return sign * String(one).localeCompare(String(other), 'en', { numeric: true });
    return sign * (one - other);
  });
}

const known = (cell: Cell | undefined) =>
  typeof cell?.value === 'number' && Number.isNaN(cell.value) ? null : (cell?.value ?? null);

/** What a cell says: "37 %", a name, "–" where there is nothing. */
export function say(column: Column, cell: Cell | undefined): string {
  const value = known(cell);
  if (value === null) return '–';
  return typeof value === 'string' ? value : (column.format?.(value) ?? String(value));
}

/** Where the bar of a figure lies, in shares of the cell; null where it has none. */
export function bar(
  { domain }: Column,
  cell: Cell | undefined,
): { from: number; to: number; even: number | null } | null {
  const value = known(cell);
  if (!domain || typeof value !== 'number') return null;
  const place = (at: number) => Math.max(0, Math.min(1, (at - domain[0]) / (domain[1] - domain[0])));
  const [zero, end] = [place(0), place(value)];
  const even = cell?.even ?? null;
  return { from: Math.min(zero, end), to: Math.max(zero, end), even: even === null ? null : place(even) };
}

/** px of the narrowest column, of a letter, and of what lies around letters. */
const narrowest = 68;
const letter = 6.4;
const around = 16;

/**
 * px that each column takes at least, from the longest word of its name, and of names from the longest of them. Told and not left to the
 * browser, which would measure every cell, and each row for itself.
 */
export function widthsOf(columns: readonly Column[], rows: readonly Row[]): number[] {
  return columns.map((column) => {
    const words = column.name.split(' ');
    const names = column.format ? [] : rows.map(({ cells }) => say(column, cells[column.id]));
    const longest = [...words, ...names].reduce((most, { length }) => Math.max(most, length), 0);
    return Math.max(narrowest, Math.ceil(around + letter * longest));
  });
}

/** Which rows a window of `height` px shows when it is scrolled by `top`: some more on either side, so that scrolling shows none missing. */
export function windowOf(
  top: number,
  height: number,
  pitch: number,
  count: number,
): readonly [start: number, end: number] {
  const start = Math.max(0, Math.min(count - 1, Math.floor(top / pitch)) - 2);
  return [start, Math.min(count, start + Math.ceil(height / pitch) + 5)];
}

/** The place that a key leads to in a grid of `rows` × `columns`, at the edges the same one; null for other keys. `page` rows are one screen. */
export function stepGrid(
  key: string,
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  page = 10,
): readonly [row: number, column: number] | null {
  const step = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    PageUp: [-page, 0],
    PageDown: [page, 0],
    Home: [0, -columns],
    End: [0, columns],
  }[key];
  if (!step) return null;
  const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
  return [within(row + step[0], rows), within(column + step[1], columns)];
}
