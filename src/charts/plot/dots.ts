/** One dot of a chart, a head. */
export interface Dot {
  id: string;
  /** px of the chart. */
  at: readonly [x: number, y: number];
  /** Its name and figures, read aloud. */
  title: string;
  stage: 'text' | 'image' | 'fusion';
  selected: boolean;
  /** One of several that were taken together. */
  marked?: boolean;
}

/** x0, y0, x1, y1 in px of the chart. */
export type Frame = readonly [x0: number, y0: number, x1: number, y1: number];

/** px within which a pointer reads a dot. */
export const reach = 24;

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
