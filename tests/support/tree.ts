import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** The repository's root folder. */
const root = resolve(import.meta.dirname, '../..');

const skipped = (name: string) =>
  name.startsWith('.') ||
  name === 'node_modules' ||
  name === 'dist' ||
  name === '__pycache__' ||
  name === 'oracle';

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** Text of every file under `folders` whose name matches `pattern`, keyed by its path from the root with slashes. */
export function sources(folders: readonly string[], pattern: RegExp): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders)
    if (existsSync(join(root, folder)))
      for (const path of walk(join(root, folder)))
        if (pattern.test(path))
          files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
  return files;
}

/** Bytes of every tracked file, keyed by path; of every file on disk where the tree is no git checkout. */
export function trackedBytes(): Map<string, number> {
  const paths = existsSync(join(root, '.git'))
    ? execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0')
    : [...walk(root)].map((path) => relative(root, path));
  const present = paths.filter((path) => path && existsSync(join(root, path)));
  return new Map(present.map((path) => [path, statSync(join(root, path)).size]));
}
