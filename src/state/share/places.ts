import { packBoxes, readBoxes } from './boxes';
import type { Box } from '../../trace/trace';

/** Groups of modules that the visitor opened or folded, by the place of their panel. */
export type Fold = { slot: number; group: string; open: boolean };

/** A head that stands beside another, the other model's, or none. */
export type Beside = 'next' | 'none' | { slot: number; attention: string; head: number | 'mean' };

/** First row and column of a matrix in sight, and px a cell; null for all of it. */
export type Sight = { row: number; column: number; scale: number } | null;

/** A word as a text of its own spells it: that of the run in a folder, or the page's caption (null). */
export type Spelt = { word: number; run: string | null; text: string };

export function readFolds(texts: readonly string[], open: boolean): Fold[] {
  return texts.flatMap((text) => {
    const match = /^(\d)\.([a-z]{1,10})$/.exec(text);
    return match ? [{ slot: Number(match[1]), group: match[2], open }] : [];
  });
}

export const writeBeside = (beside: Beside): string | null => {
  if (beside === 'next') return null;
  return beside === 'none' ? beside : `${beside.slot}.${beside.attention}.${beside.head}`;
};

export function readBeside(text: string | null): Beside {
  if (text === 'none') return text;
  const match = /^(\d)\.(.+)\.(\d{1,4}|mean)$/.exec(text ?? '');
  if (!match) return 'next';
  return {
    slot: Number(match[1]),
    attention: match[2],
    head: match[3] === 'mean' ? 'mean' : Number(match[3]),
  };
}

export const writeSight = (sight: Sight): string =>
  sight ? [sight.row, sight.column, sight.scale].map((value) => String(Number(value.toFixed(2)))).join() : '';

export function readSight(text: string): Sight {
  const [row, column, scale, ...more] = text.split(',').map(Number);
  const good = text !== '' && !more.length && row >= 0 && column >= 0 && scale > 0 && scale <= 64;
  return good && row < 1e5 && column < 1e5 ? { row, column, scale } : null;
}

export const writeSpelt = ({ word, run, text }: Spelt): string => `${word}.${run ?? ''}.${text}`;

export function readSpelt(text: string): Spelt[] {
  const match = /^(\d{1,3})\.((?:zoo|hub|own|trace)\/[a-z0-9-]+)?\.(.{1,60})$/su.exec(text);
  return match ? [{ word: Number(match[1]), run: match[2] ?? null, text: match[3] }] : [];
}

/** Boxes of regions that places are the middle of, one a place; null for a place alone. */
export const writeAround = (around: readonly (Box | null)[]): string | null =>
  around.some((box) => box) ? around.map((box) => (box ? packBoxes([box]) : '')).join('.') : null;

export const readAround = (text: string | null): (Box | null)[] =>
  text ? text.split('.', 64).map((piece) => (piece && readBoxes(piece)?.at(0)) || null) : [];
