import type { Stand } from './stand';

/** A number with the limit that it must not pass. One file in `figures/` each, exported as `figure`. */
export interface Figure {
  id: string;
  unit: string;
  /** The largest value that holds; infinite for a figure that is only looked at. */
  limit: number;
  /** True for times, which are printed beside the machine's own calibration loop. */
  absolute?: boolean;
  /** True where it needs what not every machine has: it says so then, and does not fail. */
  optional?: boolean;
  measure(stand: Stand): Promise<Measured>;
}

export interface Measured {
  value: number;
  /** What was done, how often, and what else came out, in a line. */
  how: string;
  /** What one number cannot say, line by line. */
  table?: string[];
}

/** A figure with what was measured, as `--json` prints it. */
export interface Reading extends Measured {
  id: string;
  unit: string;
  limit: number;
  holds: boolean;
}

/** Value below which a share `p` of the numbers lies (nearest rank). */
export const percentile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)];

export const median = (values: readonly number[]): number => percentile(values, 0.5);
