import { extent, scaleLinear } from 'd3';

/** One number of the model as it is, and with something switched off; null where it is not known. */
export interface Change {
  name: string;
  before: number | null;
  after: number | null;
}

/** Place in percent of the width, zero always in sight: one axis for all the numbers, at least from −4 to 4. */
export function axisOf(changes: readonly Change[]): (value: number) => number {
  const known = changes.flatMap(({ before, after }) => [before, after]).filter((value) => value !== null);
  const [low, high] = extent([-4, 4, ...known]);
  return scaleLinear([low ?? -4, high ?? 4], [5, 95]).nice(4);
}
