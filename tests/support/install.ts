import { spawnSync } from 'node:child_process';
import { browserPath } from './browser';

const tried = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'inherit', timeout: 300_000 }).status === 0;

const starts = (path: string | undefined) =>
  path !== undefined && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;

/** Ways to get a Chromium, tried in this order. Debian's comes with the libraries that it needs. */
const ways = [
  () =>
    process.getuid?.() === 0 && tried('apt-get', 'update') && tried('apt-get', 'install', '-y', 'chromium'),
  () => tried('npx', 'playwright', 'install', 'chromium'),
];

/**
 * Path of a Chromium that starts, installed if there was none.
 * @throws Error with one sentence on what to do when none can be had.
 */
export function requireBrowser(): string {
  const found = () => [browserPath()].find(starts);
  const path = found() ?? ways.map((way) => (way() ? found() : undefined)).find((path) => path);
  if (path) return path;
  throw new Error(
    'No Chromium was found or could be installed: install Chromium (or run `npx playwright install --with-deps chromium`) and set CHROMIUM_PATH to its program.',
  );
}
