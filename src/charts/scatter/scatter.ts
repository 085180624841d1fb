import { extent, scaleLinear } from 'd3';
import type { ScaleLinear } from 'd3';

export interface ScatterPoint {
  id: string;
  /** "METER-mini, text → image 1, head 4" */
  title: string;
  stage: 'text' | 'image' | 'fusion';
  x: number;
  y: number;
}

/** One axis. */
export interface Axis {
  name: string;
  format: (value: number) => string;
  /** A line where chance or evenly spread attention lies. */
  even?: number | null;
}

/** x0, y0, x1, y1 in px of the chart. */
export type Frame = readonly [x0: number, y0: number, x1: number, y1: number];

/** A scale that holds all values and whose ends are round. */
export function scaleOf(
  values: readonly number[],
  range: readonly [number, number],
): ScaleLinear<number, number> {
  const [low = 0, high = 1] = extent(values) as [number?, number?];
  const room = low === high ? Math.abs(low) * 0.1 || 0.5 : 0;
  return scaleLinear([low - room, high + room], range).nice(5);
}

/** Points within a frame, whichever corner it was drawn from. */
export function within(
  points: readonly { id: string; at: readonly [number, number] }[],
  [x0, y0, x1, y1]: Frame,
): string[] {
  const [left, right] = [Math.min(x0, x1), Math.max(x0, x1)];
  const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)];
  return points
    .filter(({ at: [x, y] }) => x >= left && x <= right && y >= top && y <= bottom)
    .map(({ id }) => id);
}

/** The point nearest to a place, not farther than `reach` px; null when there is none. */
export function nearest<P extends { at: readonly [number, number] }>(
  points: readonly P[],
  x: number,
  y: number,
  reach: number,
): P | null {
  let found: P | null = null;
  let least = reach;
  for (const point of points) {
    const distance = Math.hypot(point.at[0] - x, point.at[1] - y);
    if (distance > least) continue;
    [found, least] = [point, distance];
  }
  return found;
}

/** The nearest point in the direction of an arrow key; null for other keys and at the edge. */
export function stepPoint<P extends { at: readonly [number, number] }>(
  key: string,
  points: readonly P[],
  from: P,
): P | null {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!direction) return null;
  const [across, down] = direction;
  let found: P | null = null;
  let least = Infinity;
  for (const point of points) {
    const [dx, dy] = [point.at[0] - from.at[0], point.at[1] - from.at[1]];
    const along = dx * across + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * across);
    // What lies rather beside than ahead is taken only where nothing lies ahead.
    const cost = along + 2 * aside + (aside > along ? 1e6 : 0);
    if (point === from || along <= 0 || cost >= least) continue;
    [found, least] = [point, cost];
  }
  return found;
}
