import { expect, test } from 'vitest';
import { failuresOf, retriedOf, sum, tallyOfCheck, tallyOfReport } from './tally';

const report = (numTotalTests: unknown, numPassedTests: unknown) =>
  JSON.stringify({ numTotalTests, numPassedTests });

test.each([
  ['all passed', report(12, 12), 0, { passed: 12, failed: 0 }],
  ['one failed or was skipped', report(12, 11), 1, { passed: 11, failed: 1 }],
  ['one skipped, status 0', report(12, 11), 0, { passed: 11, failed: 1 }],
  ['an error outside the tests', report(12, 12), 1, { passed: 12, failed: 1 }],
  ['killed', report(12, 12), null, { passed: 12, failed: 1 }],
  ['no test', report(0, 0), 0, { passed: 0, failed: 1 }],
  ['no report', null, 0, { passed: 0, failed: 1 }],
  ['a truncated report', '{"numTotalTests": 12,', 0, { passed: 0, failed: 1 }],
  ['no counts', '{}', 0, { passed: 0, failed: 1 }],
  ['a null report', 'null', 0, { passed: 0, failed: 1 }],
])('a test run with %s', (_, text, status, tally) => expect(tallyOfReport(text, status)).toEqual(tally));

test('checks count as one and steps add up', () => {
  expect(sum([tallyOfCheck(0), tallyOfCheck(1), tallyOfCheck(null), { passed: 5, failed: 1 }])).toEqual({
    passed: 6,
    failed: 3,
  });
});

test('tests that did not pass are named with the first line of why', () => {
  const assertionResults = [
    { fullName: 'a model opens', status: 'passed', failureMessages: [] },
    {
      fullName: 'a head is hidden',
      status: 'failed',
      failureMessages: ['Error: expected 1, got 2\n    at …'],
    },
    { fullName: 'a word is chosen', status: 'pending' },
  ];
  const text = JSON.stringify({ testResults: [{ name: '/some/where/heads.e2e.ts', assertionResults }] });
  expect(failuresOf(text)).toEqual([
    'heads.e2e.ts: a head is hidden: Error: expected 1, got 2',
    'heads.e2e.ts: a word is chosen: pending',
  ]);
  expect(failuresOf(null)).toEqual([]);
});

test('tests that passed at a later try are named with why they did not before', () => {
  const assertionResults = [
    { fullName: 'a model opens', status: 'passed', failureMessages: [] },
    {
      fullName: 'a head is hidden',
      status: 'passed',
      failureMessages: ['Error: expected 1, got 2\n    at …'],
    },
    { fullName: 'a word is chosen', status: 'failed', failureMessages: ['Error: expected 3, got 4'] },
  ];
  const text = JSON.stringify({ testResults: [{ name: '/some/where/heads.e2e.ts', assertionResults }] });
  expect(retriedOf(text)).toEqual(['heads.e2e.ts: a head is hidden: Error: expected 1, got 2']);
});
