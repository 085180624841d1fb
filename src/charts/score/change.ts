import { extent } from 'd3';
import { axisBetween } from './axis';

/** One number of the model as it is, and with something switched off; null where it is not known. */
export interface Change {
  name: string;
  before: number | null;
  after: number | null;
}

/** A word or an answer with its probability. */
export interface Said {
  text: string;
  probability: number;
}

/** The likeliest word or answer before and after. */
export interface SaidChange {
  name: string;
  before: Said | null;
  after: Said | null;
}

/** Two lists beside each other, a line of both. */
interface Beside {
  before: Said | null;
  after: Said | null;
  /** Line on which the one before stands after; null where it does not. */
  to: number | null;
  /** What the one after has gained; empty while it is not known. */
  change: string;
}

/** How far a probability has moved, in percentage points: "+12 pp", "−3 pp", "0 pp". */
export function points(before: number, after: number): string {
  const share = Math.round(100 * (after - before));
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(share)} pp`;
}

/** Answers before and after, best first: an answer that was not in the list before is "new". */
export function answersBeside(before: readonly Said[], after: readonly Said[] | null): Beside[] {
  const place = (list: readonly Said[], text?: string) => list.findIndex((said) => said.text === text);
  return Array.from({ length: Math.max(before.length, after?.length ?? 0) }, (_, line) => {
    const [first, second] = [before[line] ?? null, after?.[line] ?? null];
    const to = place(after ?? [], first?.text);
    const from = place(before, second?.text);
    return {
      before: first,
      after: second,
      to: to < 0 ? null : to,
      change: !second ? '' : from < 0 ? 'new' : points(before[from].probability, second.probability),
    };
  });
}

/** Place in percent of the width, zero always in sight: one axis for all the numbers, at least from −4 to 4. */
export function axisOf(changes: readonly Change[]): (value: number) => number {
  const known = changes.flatMap(({ before, after }) => [before, after]).filter((value) => value !== null);
  const [low, high] = extent([-4, 4, ...known]);
  return axisBetween(low ?? -4, high ?? 4, 5, 95);
}
