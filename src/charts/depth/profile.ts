/** One attention module of a layer profile. */
export interface ProfilePoint {
  /** Index into `Trace.attentions`. */
  attention: number;
  name: string;
  /** For the axis: "1", "t→v 2". */
  short: string;
  stage: 'text' | 'image' | 'fusion';
  /** Modules of one kind, whose means a line joins: "text → image". */
  series: string;
  /** One figure a head, null where it has none. */
  heads: readonly (number | null)[];
  /** Over the heads that have a figure; null where none has. */
  mean: number | null;
  /** What evenly spread attention would give, null when there is no such thing. */
  even: number | null;
}

/**
 * Stretches of means that a line may join: modules of one series, one after the other among those, without one that is blank between
 * them. A single module is no line.
 */
export function stretchesOf(points: readonly ProfilePoint[]): ProfilePoint[][] {
  const found: ProfilePoint[][] = [];
  const open = new Map<string, ProfilePoint[]>();
  for (const point of points) {
    if (point.mean === null) {
      open.delete(point.series);
      continue;
    }
    const line = open.get(point.series);
    if (line) line.push(point);
    else {
      const first = [point];
      open.set(point.series, first);
      found.push(first);
    }
  }
  return found.filter(({ length }) => length > 1);
}
