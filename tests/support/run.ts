/**
 * `npm test`: the static checks and the tests, side by side, then a table and one line of counts.
 * `npm test -- unit lint` runs only the steps named.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { installEngines, requireBrowser } from './install';
import { sum, tallyOfCheck, tallyOfReport, type Tally } from './tally';

interface Outcome extends Tally {
  name: string;
  seconds: number;
}

const root = resolve(import.meta.dirname, '../..');
const reports = mkdtempSync(join(tmpdir(), 'vlpm-test-'));
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
};

const checks: [name: string, command: string][] = [
  ['types', 'tsc --noEmit'],
  ['components', 'svelte-check --fail-on-warnings --tsconfig ./tsconfig.json'],
  ['lint', 'eslint . --max-warnings 0'],
  ['format', 'prettier --check .'],
  ['unused', 'knip'],
];
const projects = ['unit', 'browser', 'gpu', 'e2e', 'engines'];

/** Minutes after which a step counts as hung. */
const patience = 15;
const running = new Set<number>();
const stop = (group: number) => process.kill(-group, 'SIGKILL');

/** Runs a command to its end; with `quiet` its output comes at once when it has ended, so that two never mix. */
function execute(command: string, quiet: boolean): Promise<number | null> {
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
      stream.on('data', (chunk: Buffer) => (quiet ? kept.push(chunk) : process.stdout.write(chunk)));
    child.on('error', () => done(null));
    child.on('close', (status) => {
      clearTimeout(timer);
      running.delete(group);
      if (status !== 0) process.stdout.write(Buffer.concat(kept));
      done(status);
    });
  });
}

async function timed(name: string, work: () => Promise<Tally>): Promise<Outcome> {
  const start = performance.now();
  const tally = await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${tally.failed ? '✗' : '✓'} ${name} (${seconds.toFixed(1)} s)`);
  return { name, ...tally, seconds };
}

const check = (name: string, command: string) =>
  timed(name, async () => tallyOfCheck(await execute(command, true)));

const project = (name: string) =>
  timed(name, async () => {
    const file = join(reports, `${name}.json`);
    const reporters = `--reporter=default --reporter=json --outputFile.json=${JSON.stringify(file)}`;
    const status = await execute(`vitest run --project ${name} ${reporters}`, false);
    return tallyOfReport(readIfThere(file), status);
  });

const readIfThere = (file: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

async function inTurn<T>(steps: readonly T[], run: (step: T) => Promise<Outcome>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await run(step));
  return outcomes;
}

async function main(wanted: readonly string[]): Promise<number> {
  const names = [...checks.map(([name]) => name), ...projects];
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length) throw new Error(`expected steps among ${names.join(', ')}, got ${unknown.join(', ')}`);
  const asked = (name: string) => wanted.length === 0 || wanted.includes(name);
  if (projects.some((name) => name !== 'unit' && asked(name))) env.CHROMIUM_PATH = requireBrowser();
  if (asked('engines')) console.log(installEngines());
  const start = performance.now();
  const lanes = await Promise.all([
    inTurn(
      checks.filter(([name]) => asked(name)),
      ([name, command]) => check(name, command),
    ),
    inTurn(projects.filter(asked), project),
  ]);
  const outcomes = lanes.flat();
  console.log('\nstep          passed  failed  seconds');
  for (const { name, passed, failed, seconds } of outcomes)
    console.log(
      `${name.padEnd(12)}${String(passed).padStart(8)}${String(failed).padStart(8)}${seconds.toFixed(1).padStart(9)}`,
    );
  const minutes = (performance.now() - start) / 60_000;
  console.log(`Two steps at a time, ${minutes.toFixed(1)} minutes together.`);
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
