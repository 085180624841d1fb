/** One attention module of a layer profile. */
export interface ProfilePoint {
  /** Index into `Trace.attentions`. */
  attention: number;
  name: string;
  /** For the axis, over its stage: "1", "txt→img 2". */
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

/** Modules of one stage that lie beside each other, as [stage, first, last] places; none where all are of one. */
export function stagesOf(
  points: readonly ProfilePoint[],
): (readonly [stage: ProfilePoint['stage'], first: number, last: number])[] {
  const starts = points.flatMap(({ stage }, at) => (stage === points[at - 1]?.stage ? [] : [at]));
  if (starts.length < 2) return [];
  return starts.map((at, run) => [points[at].stage, at, (starts[run + 1] ?? points.length) - 1] as const);
}

/** Which modules have their name on the axis: every one that does not touch the last one before it, nor goes beyond `end`. All in px. */
export function namedOf(
  points: readonly ProfilePoint[],
  middle: (point: ProfilePoint) => number,
  width: (name: string) => number,
  end = Infinity,
): ProfilePoint[] {
  let free = -Infinity;
  return points.filter((point) => {
    const half = width(point.short) / 2;
    if (middle(point) - half < free || middle(point) + half > end) return false;
    free = middle(point) + half + 6;
    return true;
  });
}
