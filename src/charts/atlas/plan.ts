import { nameOf, widthOf } from '../ink/names';
import type { Brevity, Group } from '../ink/names';

/** Where everything of an atlas lies, in px. */
export interface AtlasPlan {
  /** From one cell to the next. */
  pitch: number;
  /** Between two cells. */
  gap: number;
  /** Radius of a cell's corners. */
  corner: number;
  /** Room for the axis and the names of modules at the left of the cells. */
  names: number;
  /** How names are written. */
  brevity: Brevity;
  /** Every how many modules have their name written, and heads their number. */
  every: number;
  /** Left edge of a column; the mean stands a little apart. */
  left: (column: number) => number;
  /** Top of each row that shows. */
  tops: number[];
  /** Top of each group's line; empty where there is a single group. */
  lines: number[];
  /** Of all cells. */
  width: number;
  height: number;
}

/** px of the line with the numbers of heads. */
export const heading = 20;
const line = 24;
const apart = 6;
/** Beside the cells, for what of the word "mean" is wider than a cell. */
const tail = 8;
/** px of the axis with what lies around names. */
const axis = 40;
/** How much larger cells have to get for names to be written shorter. */
const worth = 1.15;
/** Maps of this pitch are seen well: names stay. */
const roomy = 38;
const least = 11;
const most = 96;

/** Rows of this pitch are easy to read. */
const easy = 30;

/** px that an atlas may take. */
interface Room {
  width: number;
  height: number;
}

/** The pitch of cells that fill the room, not regarding how small they get. */
function pitchOf(room: Room, names: number, columns: number, rows: number, lines: number): number {
  const across = Math.floor((room.width - names - apart - tail) / Math.max(1, columns));
  const down = Math.floor((room.height - heading - lines * line) / Math.max(1, rows));
  return Math.min(most, across, down);
}

/** Whether modules of all groups show easily at once: in rows of 30 px, or as large as the width allows. */
export function fits(room: Room, columns: number, sizes: readonly number[]): boolean {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const widest = pitchOf({ ...room, height: Infinity }, axis, columns, 1, 0);
  const lines = sizes.length > 1 ? sizes.length : 0;
  return pitchOf({ ...room, width: Infinity }, 0, columns, rows, lines) >= Math.min(easy, widest);
}

const brevities = ['whole', 'under', 'brief', 'letters'] as const;

/** px of the axis and the widest name. */
const namesOf = (groups: readonly Group[], brevity: Brevity) =>
  groups
    .flatMap((group) => group.rows.map(({ name }) => widthOf(nameOf(name, group, brevity))))
    .reduce((most, width) => Math.max(most, axis + width), axis);

/** Lays out `columns` cells a row (the last is the mean) in `room` px; cells stay square, and between 11 and 96 px. */
export function planAtlas(room: Room, groups: readonly Group[], columns: number): AtlasPlan {
  const lined = groups.length > 1;
  const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const fit = (names: number) => pitchOf(room, names, columns, rows, lined ? groups.length : 0);
  /** Cells beside names of a width, whether or not they have to be scrolled to. */
  const beside = (names: number) => Math.max(least, fit(names));
  const shortest = beside(namesOf(groups, 'brief'));
  const enough = (names: number) =>
    beside(names) >= roomy ||
    (names + apart + tail + least * columns <= room.width && shortest < worth * beside(names));
  const brevity = brevities.find((one) => enough(namesOf(groups, one))) ?? 'letters';
  const names = namesOf(groups, brevity);
  const pitch = beside(names);
  const tops: number[] = [];
  const lines: number[] = [];
  let top = 0;
  for (const group of groups) {
    if (lined) {
      lines.push(top);
      top += line;
    }
    for (let i = 0; i < group.rows.length; i++) {
      tops.push(top);
      top += pitch;
    }
  }
  return {
    pitch,
    gap: pitch >= 44 ? 6 : pitch >= 24 ? 4 : 2,
    corner: pitch >= 24 ? 4 : 2,
    names,
    brevity,
    every: Math.ceil(16 / pitch),
    left: (column) => column * pitch + (column === columns - 1 ? apart : 0),
    tops,
    lines,
    width: columns * pitch + apart,
    height: top,
  };
}
