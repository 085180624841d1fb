import { differenceLut } from '../ink/ramp';
import type { Scheme } from '../ink/ramp';
import { gradientOf, toneAt } from '../ink/tone';
import type { Tone } from '../ink/tone';

/** The largest absolute value: the two ends of a scale with zero in its middle. 0 when nothing is measured. */
export function reachOf(values: Iterable<number | null>): number {
  let reach = 0;
  for (const value of values) reach = Math.max(reach, Math.abs(value ?? 0));
  return reach;
}

/** Ground and ink of a value on a scale from −`reach` to `reach`. */
export function paint(value: number, reach: number, scheme: Scheme): Tone {
  return toneAt(differenceLut(scheme), reach > 0 ? 0.5 + value / (2 * reach) : 0.5);
}

/** The scale as a CSS gradient, from −1 to 1. */
export function gradient(scheme: Scheme): string {
  return gradientOf(differenceLut(scheme));
}
