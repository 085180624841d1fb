/**
 * `npm run truth [-- families] [--folder FOLDER] [--write]`: makes the cells of the matrix (`python -m vlpm_export truth`, in a folder for good or one
 * that is made up), judges each in a process of its own, and prints a row for each; with --write the table goes into docs/any-export.md. It ends with
 * 1 when anything was said to be sure and is false. PYTHON names the interpreter.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { families } from './families';
import type { Judged } from './judge';
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
const order = Object.keys(families);
const place = (file: string) => order.indexOf(file.split('_')[0]);
for (const file of readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .toSorted((a, b) => place(a) - place(b))) {
  const choice = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Cell['choice'];
  if (positionals.length > 0 && !positionals.includes(choice.family)) continue;
  const cell = choice.refused === null ? judgeCell(choice, file.slice(0, -5)) : { choice, judged: null };
  console.log(rowOf(cell));
  cells.push(cell);
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

function judgeCell(choice: Cell['choice'], name: string): Cell {
  const { status, stdout, stderr, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'cell.ts'), folder, name],
    { cwd: root, timeout: limit, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (status === 0) return { choice, judged: JSON.parse(line) as Judged & Cell['judged'] };
  const why = signal ? `not judged in ${limit / 1000} s` : (stderr.match(/^\w*Error: .*/m)?.[0] ?? 'died');
  return { choice: { ...choice, refused: `judging: ${why}` }, judged: null };
}
