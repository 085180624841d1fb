import type { Box } from '../../trace/trace';
import { arrows } from './arrows';

/** Least width and height of a box, in shares of the picture. */
const least = 0.02;

export const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));

/** Moves a box by shares of the picture; it stays within a part of it. */
export function moveBox(
  [x, y, width, height]: Box,
  right: number,
  down: number,
  [left, top, w, h]: Box,
): Box {
  const [across, along] = [Math.min(width, w), Math.min(height, h)];
  return [clamp(x + right, left, left + w - across), clamp(y + down, top, top + h - along), across, along];
}

/** A corner: on the left (0) or right (1), at the top (0) or bottom (1). */
export type Corner = readonly [side: 0 | 1, end: 0 | 1];

/** Moves one corner of a box by shares of the picture; the opposite one stays, and so does some size. */
export function dragCorner(
  [x, y, width, height]: Box,
  [side, end]: Corner,
  right: number,
  down: number,
  [left, top, w, h]: Box,
): Box {
  const one = (low: number, size: number, moved: 0 | 1, by: number, from: number, to: number) =>
    moved === 1
      ? [low, clamp(low + size + by, Math.min(low + least, to), to) - low]
      : [clamp(low + by, from, Math.max(low + size - least, from)), 0];
  const [px, pw] = one(x, width, side, right, left, left + w);
  const [py, ph] = one(y, height, end, down, top, top + h);
  return [px, py, side === 1 ? pw : x + width - px, end === 1 ? ph : y + height - py];
}

/** What an arrow key makes of a box: it moves by a hundredth of the picture, with Shift its right and lower sides do; null for other keys. */
export function nudge(box: Box, key: string, resize: boolean, within: Box): Box | null {
  const step = arrows[key];
  if (!step) return null;
  const [right, down] = [0.01 * step[0], 0.01 * step[1]];
  return resize ? dragCorner(box, [1, 1], right, down, within) : moveBox(box, right, down, within);
}
