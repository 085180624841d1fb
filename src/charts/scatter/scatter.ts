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

/** A scale that holds all values and whose ends are round. */
export function scaleOf(
  values: readonly number[],
  range: readonly [number, number],
): ScaleLinear<number, number> {
  const [low = 0, high = 1] = extent(values) as [number?, number?];
  const room = low === high ? Math.abs(low) * 0.1 || 0.5 : 0;
  return scaleLinear([low - room, high + room], range).nice(5);
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
