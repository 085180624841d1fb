import { spawnSync } from 'node:child_process';
import { browserPath } from './browser';
import { firefoxPath, webkitPaths } from './engines';

const tried = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'inherit', timeout: 300_000 }).status === 0;

const starts = (path: string | undefined) =>
  path !== undefined && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;

const withApt = (...packages: string[]) =>
  process.getuid?.() === 0 &&
  tried('apt-get', 'update', '-qq') &&
  tried('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages);

/** Ways to get a Chromium, tried in this order. Debian's comes with the libraries that it needs. */
const ways = [() => withApt('chromium'), () => tried('npx', 'playwright', 'install', 'chromium')];

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

/** The engines beside Chromium, with what Debian calls them. */
const others: { name: string; packages: string[]; isThere: () => boolean }[] = [
  { name: 'Firefox', packages: ['firefox-esr'], isThere: () => firefoxPath() !== undefined },
  { name: 'WebKit', packages: ['webkit2gtk-driver', 'xvfb'], isThere: () => webkitPaths() !== undefined },
];

/** Installs the engines beside Chromium that are not there, where that can be done, and says in a line which are still missing. */
export function installEngines(): string {
  const wanted = others.filter(({ isThere }) => !isThere());
  if (wanted.length) withApt(...wanted.flatMap(({ packages }) => packages));
  const missing = others.filter(({ isThere }) => !isThere());
  if (!missing.length) return 'Engines: Chromium, Firefox and WebKit.';
  const how = missing.flatMap(({ packages }) => packages).join(' ');
  return `Engines: not there and not tested: ${missing.map(({ name }) => name).join(' and ')} (on Debian: apt-get install ${how}).`;
}
