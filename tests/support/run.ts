/**
 * `npm test`: the static checks and the tests, side by side, then a table and one line of counts.
 * `npm test -- unit lint` runs only the steps named.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { installEngines, requireBrowser } from './install';
import { frugal } from './frugal';
import { failuresOf, retriedOf, sum, tallyOfCheck, tallyOfReport, type Tally } from './tally';

interface Outcome extends Tally {
  name: string;
  seconds: number;
  /** What did not pass. */
  failures: string[];
  /** What passed at a later try. */
  retried: string[];
}

const root = resolve(import.meta.dirname, '../..');
const reports = mkdtempSync(join(tmpdir(), 'vlpm-test-'));
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
};

/** Two lanes have both cores: see `frugal`. */
const node = ['node', ...frugal].join(' ');
const module = (path: string) => `${node} ${join('node_modules', path)}`;

const checks: Record<string, string> = {
  // Of every TypeScript file, too: what `tsc --noEmit` would say and more.
  types: module('svelte-check/bin/svelte-check --fail-on-warnings --tsconfig ./tsconfig.json'),
  lint: module('eslint/bin/eslint.js . --max-warnings 0'),
  format: module('prettier/bin/prettier.cjs --check .'),
  unused: 'knip',
};
/** Each of two lanes takes the next as soon as it is free: the longest first, the shortest last, so that both lanes end at about the same time. */
const steps = ['e2e', 'lint', 'engines', 'gpu', 'unit', 'browser', 'types', 'format', 'unused'];

/** Minutes after which a step counts as hung. */
const patience = 30;
const running = new Set<number>();
const stop = (group: number) => process.kill(-group, 'SIGKILL');

/** What becomes of a command's output: it is shown as it comes, whole at the end so that it never mixes with another's, or only if it fails. */
type Shown = 'live' | 'whole' | 'failed';

/** Runs a command to its end. @returns its status, null where it could not be started or was stopped */
function execute(command: string, shown: Shown): Promise<number | null> {
  return new Promise((done) => {
    const child = spawn(command, {
      cwd: root,
      env,
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = child.pid ?? 0;
    running.add(group);
    const timer = setTimeout(() => {
      console.error(`expected "${command}" to end within ${patience} minutes, it was stopped`);
      stop(group);
    }, patience * 60_000);
    const kept: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) =>
        shown === 'live' ? process.stdout.write(chunk) : kept.push(chunk),
      );
    child.on('error', () => done(null));
    child.on('close', (status) => {
      clearTimeout(timer);
      running.delete(group);
      if (shown === 'whole' || status !== 0) process.stdout.write(Buffer.concat(kept));
      done(status);
    });
  });
}

async function timed(name: string, work: () => Promise<Omit<Outcome, 'name' | 'seconds'>>): Promise<Outcome> {
  const start = performance.now();
  const tally = await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${tally.failed ? '✗' : '✓'} ${name} (${seconds.toFixed(1)} s)`);
  return { name, ...tally, seconds };
}

/** A static check, or a project of tests. @param shown how, if it is a project */
const step = (name: string, shown: Shown) =>
  timed(name, async () => {
    if (name in checks) {
      const tally = tallyOfCheck(await execute(checks[name], 'failed'));
      return { ...tally, failures: tally.failed ? [checks[name]] : [], retried: [] };
    }
    const file = join(reports, `${name}.json`);
    const reporters = `--reporter=default --reporter=json --outputFile.json=${JSON.stringify(file)}`;
    const status = await execute(`${module('vitest/vitest.mjs')} run --project ${name} ${reporters}`, shown);
    const report = readIfThere(file);
    return { ...tallyOfReport(report, status), failures: failuresOf(report), retried: retriedOf(report) };
  });

const readIfThere = (file: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

/** Takes steps from those that are left, until none is. */
async function lane(left: string[], shown: Shown): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let name = left.shift(); name !== undefined; name = left.shift())
    outcomes.push(await step(name, shown));
  return outcomes;
}

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !steps.includes(name));
  if (unknown.length) throw new Error(`expected steps among ${steps.join(', ')}, got ${unknown.join(', ')}`);
  const asked = (name: string) => wanted.length === 0 || wanted.includes(name);
  if (steps.some((name) => !(name in checks) && name !== 'unit' && asked(name)))
    env.CHROMIUM_PATH = requireBrowser();
  if (asked('engines')) console.log(installEngines());
  const start = performance.now();
  const left = steps.filter(asked);
  const done = await Promise.all([lane(left, 'live'), lane(left, 'whole')]);
  const outcomes = done.flat().sort((a, b) => steps.indexOf(a.name) - steps.indexOf(b.name));
  console.log('\nstep          passed  failed  seconds');
  for (const { name, passed, failed, seconds } of outcomes)
    console.log(
      `${name.padEnd(12)}${String(passed).padStart(8)}${String(failed).padStart(8)}${seconds.toFixed(1).padStart(9)}`,
    );
  const minutes = (performance.now() - start) / 60_000;
  console.log(`Two lanes side by side, ${minutes.toFixed(1)} minutes together.`);
  for (const { name, retried } of outcomes)
    for (const again of retried) console.log(`↻ ${name}, passed at a later try: ${again}`);
  for (const { name, failures } of outcomes)
    for (const failure of failures) console.log(`✗ ${name}: ${failure}`);
  const { passed, failed } = sum(outcomes);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.on('SIGINT', () => {
  running.forEach(stop);
  process.exit(130);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
