import { basename } from 'node:path';

/** Outcome of one step of `npm test`. */
export interface Tally {
  passed: number;
  failed: number;
}

/** Vitest's JSON report, as far as it is read here. */
interface Report {
  numTotalTests?: unknown;
  numPassedTests?: unknown;
  testResults?: { name: string; assertionResults: Assertion[] }[];
}
interface Assertion {
  fullName: string;
  status: string;
  failureMessages?: string[] | null;
}

/** A check without a count of its own passes or fails as one. */
export const tallyOfCheck = (status: number | null): Tally =>
  status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

/**
 * Counts of Vitest's JSON report (`null` = it wrote none). Every test that did not pass counts as failed, skipped ones too.
 * A run without a report, without tests, or that ended badly for a reason outside its tests fails as one.
 */
export function tallyOfReport(report: string | null, status: number | null): Tally {
  const { numTotalTests: total, numPassedTests: passed } = read(report);
  if (!Number.isInteger(total) || !Number.isInteger(passed) || total === 0) return { passed: 0, failed: 1 };
  const failed = Number(total) - Number(passed);
  return { passed: Number(passed), failed: failed === 0 && status !== 0 ? 1 : failed };
}

/** The tests of a report that did not pass, each as "file: name: the first line of why". */
export const failuresOf = (report: string | null): string[] =>
  told(report, ({ status }) => status !== 'passed');

/** The tests of a report that passed at a second or third try, each with why they did not before. */
export const retriedOf = (report: string | null): string[] =>
  told(report, ({ status, failureMessages }) => status === 'passed' && !!failureMessages?.length);

const told = (report: string | null, which: (assertion: Assertion) => boolean): string[] =>
  (read(report).testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(which)
      .map(({ fullName, status, failureMessages }) =>
        [basename(name), fullName, (failureMessages?.[0] ?? status).split('\n')[0]].join(': '),
      ),
  );

const read = (report: string | null): Report => {
  try {
    return (JSON.parse(report ?? '{}') ?? {}) as object;
  } catch {
    return {};
  }
};

/** All steps as one. */
export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.reduce((total, { failed }) => total + failed, 0),
});
