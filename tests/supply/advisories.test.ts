import { expect, test } from 'vitest';
import { readNpm, readPip, weigh } from './advisories';

/** As npm 11 prints it: one weakness, of a package that another needs. */
const npm = JSON.stringify({
  auditReportVersion: 2,
  vulnerabilities: {
    needs: { name: 'needs', severity: 'high', via: ['weak'] },
    weak: {
      name: 'weak',
      severity: 'high',
      via: [
        {
          source: 1,
          name: 'weak',
          dependency: 'weak',
          title: 'Runs what it reads',
          url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
          severity: 'high',
          range: '<2',
        },
      ],
    },
  },
  metadata: { dependencies: { prod: 2, total: 431 } },
});

/** As pip-audit 2.10 prints it. */
const pip = JSON.stringify({
  dependencies: [
    { name: 'sound', version: '1', vulns: [] },
    {
      name: 'weak',
      version: '1',
      vulns: [
        {
          id: 'PYSEC-2026-1',
          fix_versions: ['2'],
          aliases: ['CVE-2026-1'],
          description: 'Reads too far.\nMore.',
        },
      ],
    },
  ],
  fixes: [],
});

const entry = {
  id: 'GHSA-aaaa-bbbb-cccc',
  package: 'weak',
  since: '2026-11-24',
  until: '2027-02-01',
  why: 'not reached',
};

test('each weakness is named once, with all that it is called', () => {
  expect(readNpm(npm)).toEqual({
    checked: 431,
    advisories: [
      { ids: ['GHSA-aaaa-bbbb-cccc'], package: 'weak', severity: 'high', what: 'Runs what it reads' },
    ],
  });
  expect(readPip(pip)).toEqual({
    checked: 2,
    advisories: [
      { ids: ['PYSEC-2026-1', 'CVE-2026-1'], package: 'weak', severity: 'unrated', what: 'Reads too far.' },
    ],
  });
});

test('a registry without audits is told from one that found nothing', () => {
  expect(readNpm(JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 }))).toEqual({
    problem: '405 Method Not Allowed',
  });
  expect(readNpm('')).toEqual({ problem: 'npm gave no report' });
  const skipped = [{ name: 'a', skip_reason: 'Dependency not found on PyPI' }];
  expect(readPip(JSON.stringify({ dependencies: skipped }))).toEqual({
    problem: 'Dependency not found on PyPI',
  });
  expect(readNpm(JSON.stringify({ vulnerabilities: {}, metadata: { dependencies: { total: 3 } } }))).toEqual({
    advisories: [],
    checked: 3,
  });
});

test('what is accepted holds for its package and until its day', () => {
  const audit = readNpm(npm);
  const advisories = 'advisories' in audit ? audit.advisories : [];
  expect(weigh(advisories, [entry], '2027-02-01')).toEqual({
    open: [],
    borne: [[advisories[0], entry]],
    needless: [],
  });
  expect(weigh(advisories, [entry], '2027-02-02')).toEqual({
    open: advisories,
    borne: [],
    needless: [entry],
  });
  const other = { ...entry, package: 'other' };
  expect(weigh(advisories, [other], '2026-12-01')).toEqual({
    open: advisories,
    borne: [],
    needless: [other],
  });
});
