import type { Box } from '../../trace/trace';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Letters of a side: steps of four millionths of the picture, which no model tells apart. Twenty boxes are 240 letters. */
const long = 3;
const steps = 64 ** long - 1;
/** Letters of the number of a region. */
const brief = 2;
/** Most boxes of a link. */
const most = 100;

function pack(value: number, length: number): string {
  const digits = Array.from({ length }, (_, i) => letters[Math.floor(value / 64 ** (length - 1 - i)) % 64]);
  return digits.join('');
}

const unpack = (text: string) => [...text].reduce((sum, letter) => 64 * sum + letters.indexOf(letter), 0);

const packBox = (box: Box) => box.map((side) => pack(Math.round(side * steps), long)).join('');

function readBox(text: string): Box | null {
  const [x, y, width, height] = [0, 1, 2, 3].map(
    (side) => unpack(text.slice(long * side, long * (side + 1))) / steps,
  );
  const edge = 1 + 2 / steps;
  if (!(width > 0 && height > 0 && x + width <= edge && y + height <= edge)) return null;
  return [x, y, Math.min(width, 1 - x), Math.min(height, 1 - y)];
}

/** Pieces of one length; none where the text is no such pieces, or too many. */
function cut(text: string, length: number): string[] {
  const count = text.length / length;
  if (!Number.isInteger(count) || count > most || !/^[\w-]+$/.test(text)) return [];
  return Array.from({ length: count }, (_, i) => text.slice(i * length, (i + 1) * length));
}

/** Boxes as letters that an address holds as they are. */
export const packBoxes = (boxes: readonly Box[]): string => boxes.map(packBox).join('');

/** Numbers of regions, and where they lie. */
export const packRows = (rows: readonly { row: number; box: Box }[]): string =>
  rows.map(({ row, box }) => pack(row, brief) + packBox(box)).join('');

/** Reads what `packBoxes` wrote: null where there is nothing, none where one of them is no box. */
export function readBoxes(text: string | null): Box[] | null {
  if (text === null) return null;
  const boxes = cut(text, 4 * long).map(readBox);
  return boxes.every((box) => box !== null) ? boxes : [];
}

/** As `readBoxes`, of what `packRows` wrote. */
export function readRows(text: string | null): { row: number; box: Box }[] | null {
  if (text === null) return null;
  const rows = cut(text, brief + 4 * long).map((piece) => {
    const box = readBox(piece.slice(brief));
    return box && { row: unpack(piece.slice(0, brief)), box };
  });
  return rows.every((row) => row !== null) ? rows : [];
}
