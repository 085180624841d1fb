/**
 * `npm run truth [-- families] [--folder FOLDER] [--write]`: makes the cells of the matrix (`python -m vlpm_export truth`, in a folder for good or one
 * that is made up), judges those of a family in a process of their own, and prints a row for each; with --write the table goes into docs/any-export.md. It ends with
 * 1 when anything was said to be sure and is false. PYTHON names the interpreter.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { families } from './families';
import { summary, table, rowOf, type Cell } from './table';

const limit = 120_000;
const root = join(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in families));
if (unknown.length > 0)
  throw new Error(
    `expected families, got ${unknown.join(', ')}; there are ${Object.keys(families).join(', ')}`,
  );
const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), 'truth-')));
const made = spawnSync(
  process.env.PYTHON ?? 'python3',
  ['-m', 'vlpm_export', 'truth', folder, ...positionals],
  { cwd: join(root, 'models'), stdio: ['ignore', 'ignore', 'inherit'] },
);
if (made.status !== 0) throw new Error(`expected the cells to be made in ${folder}, got ${made.status}`);

const cells: Cell[] = [];
for (const family of positionals.length > 0 ? positionals : Object.keys(families)) {
  const choices = readdirSync(folder)
    .filter((file) => file.startsWith(`${family}_`) && file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Cell['choice']);
  const made = choices.filter(({ refused }) => refused === null).map(nameOf);
  const judged = judgeAll(made);
  for (const choice of choices) {
    const one = judged.get(nameOf(choice)) ?? null;
    const died = choice.refused === null && one === null;
    cells.push({
      choice: died ? { ...choice, refused: `not judged in ${limit / 1000} s` } : choice,
      judged: one,
    });
    console.log(rowOf(cells.at(-1)!));
  }
}
console.log(summary(cells));
if (values.write) {
  const page = join(root, 'docs/any-export.md');
  const text = readFileSync(page, 'utf8');
  const [start, end] = ['<!-- truth -->\n', '<!-- /truth -->'];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < 0) throw new Error(`expected ${start.trim()} and ${end} in ${page}`);
  writeFileSync(
    page,
    `${text.slice(0, before + start.length)}\n${summary(cells)}\n\n${table(cells)}\n${text.slice(after)}`,
  );
}
process.exitCode = cells.some(({ judged }) => judged && judged.wrong.length > 0) ? 1 : 0;

function nameOf({ family, attention, exporter, precision, treated }: Cell['choice']): string {
  return [family, attention, exporter, precision, treated].join('_');
}

/** Judges files in one process, and those after one that hung or died in another. */
function judgeAll(names: readonly string[]): Map<string, NonNullable<Cell['judged']>> {
  const judged = new Map<string, NonNullable<Cell['judged']>>();
  for (let left = [...names]; left.length > 0;) {
    const { stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'cell.ts'), folder, ...left],
      { cwd: root, timeout: limit * left.length, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    const lines = stdout.split('\n').filter((line) => line.startsWith('{"name"'));
    for (const line of lines) {
      const one = JSON.parse(line) as NonNullable<Cell['judged']> & { name: string };
      judged.set(one.name, one);
    }
    left = left.slice(lines.length + 1);
  }
  return judged;
}
