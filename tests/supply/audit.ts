/**
 * `npm run audit [-- report.json]`: known weaknesses of the packages in the lock file or, given a report of pip-audit, of the lab's. Ends with
 * status 1 when there is one that `accepted.json` does not name, and with one line and status 0 where the registry offers no audits.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpm, readPip, weigh, type Accepted, type Audit } from './advisories';

const accepted = JSON.parse(readFileSync(join(import.meta.dirname, 'accepted.json'), 'utf8')) as {
  npm: Accepted[];
  python: Accepted[];
};

function auditNpm(): Audit {
  const { stdout } = spawnSync('npm', ['audit', '--json'], {
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 2 ** 26,
  });
  return readNpm(stdout ?? '');
}

function main([report]: readonly string[]): number {
  const [tool, known] = report ? ['pip-audit', accepted.python] : ['npm audit', accepted.npm];
  const audit = report ? readPip(existsSync(report) ? readFileSync(report, 'utf8') : '') : auditNpm();
  if ('problem' in audit) {
    console.log(
      `${tool}: nothing was checked, the registry offers no audits here (${audit.problem.slice(0, 160)})`,
    );
    return 0;
  }
  const { open, borne, needless } = weigh(audit.advisories, known, new Date().toISOString().slice(0, 10));
  for (const { ids, package: name, severity, what } of open)
    console.log(`✗ ${name}: ${ids[0]}, ${severity}: ${what}`);
  for (const [{ package: name }, { id, since, until, why }] of borne)
    console.log(`- ${name}: ${id}, accepted ${since} until ${until}: ${why}`);
  for (const { id, package: name } of needless) console.log(`- ${name}: ${id} is accepted without need`);
  console.log(
    `${tool}: ${audit.checked} packages, ${open.length} weaknesses that are not accepted, ${borne.length} that are`,
  );
  return open.length ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
