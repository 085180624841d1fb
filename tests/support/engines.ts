import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The three programs that WebKitGTK is driven with. */
export interface WebKitPaths {
  driver: string;
  browser: string;
  screen: string;
}

const onPath = (name: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** Path of a Firefox: `FIREFOX_PATH`, then the usual places; undefined where there is none. */
export const firefoxPath = (): string | undefined =>
  [
    process.env.FIREFOX_PATH,
    onPath('firefox-esr'),
    onPath('firefox'),
    '/Applications/Firefox.app/Contents/MacOS/firefox',
  ].find((path) => path && existsSync(path));

const foldersOf = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [join(folder, entry.name)] : [],
      )
    : [];

/** WebKitGTK's MiniBrowser lies in a folder of the library, which Debian puts into one of the architecture. */
function miniBrowser(): string | undefined {
  const tops = ['/usr/lib', '/usr/lib64', '/usr/libexec'];
  return [...tops, ...tops.flatMap(foldersOf).filter((folder) => /-linux-gnu/.test(folder))]
    .flatMap(foldersOf)
    .filter((folder) => /webkit\w*gtk/.test(folder))
    .map((folder) => join(folder, 'MiniBrowser'))
    .filter((path) => existsSync(path))
    .toSorted()
    .at(-1);
}

/** WebKitGTK with its driver and a virtual screen; undefined where one of them is missing. */
export function webkitPaths(): WebKitPaths | undefined {
  const driver = onPath('WebKitWebDriver');
  const screen = onPath('Xvfb');
  const browser = miniBrowser();
  return driver && screen && browser ? { driver, screen, browser } : undefined;
}
