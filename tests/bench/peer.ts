import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { writeNpy } from '../../src/containers/npy';
import { madeRun } from '../support/traces';
import type { Shape } from '../support/traces';

/** What bertviz's page asks for, and which files of which npm packages these are. */
const libraries: Readonly<Record<string, string>> = {
  '/require.min.js': 'requirejs/require.js',
  '/d3.min.js': 'd3/dist/d3.min.js',
  '/jquery.min.js': 'jquery/dist/jquery.min.js',
};
const packages = ['d3@5.7.0', 'jquery@2.1.4', 'requirejs@2.3.6'];

/** A Python that has bertviz: `VLPM_PYTHON`, else the project's own; null where there is none. */
export function pythonWithBertviz(): string | null {
  const python = process.env.VLPM_PYTHON ?? resolve(import.meta.dirname, '../../.venv/bin/python');
  if (!existsSync(python)) return null;
  try {
    execFileSync(python, ['-c', 'import bertviz'], { stdio: 'ignore' });
    return python;
  } catch {
    return null;
  }
}

/** Libraries of bertviz's page, which it would fetch from elsewhere, in a folder. */
export async function fetchLibraries(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-peer-'));
  execFileSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages],
    { stdio: 'ignore' },
  );
  return join(folder, 'node_modules');
}

/** bertviz's model view of a made-up run, as a folder with `page.html`. */
export async function writePeer(python: string, shape: Shape): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-peer-'));
  const { attentions, tokens } = madeRun(shape).trace;
  const [heads, rows, columns] = attentions[0].weights!.dims;
  const data = new Float32Array(attentions.length * heads * rows * columns);
  attentions.forEach(({ weights }, at) => data.set(weights!.data, at * heads * rows * columns));
  const dims = [attentions.length, heads, rows, columns];
  await writeFile(join(folder, 'weights.npy'), writeNpy({ dims, data }));
  const names = tokens.map(({ text }, at) => text ?? `patch ${at}`);
  await writeFile(join(folder, 'tokens.json'), JSON.stringify(names));
  execFileSync(python, [join(import.meta.dirname, 'peer.py'), folder], { stdio: 'ignore' });
  return folder;
}

/** Opens it; seconds from the visit to the end of the frame in which its first head is drawn. @throws Error when that takes longer than `most` s */
export async function openPeer(page: Page, folder: string, modules: string, most: number): Promise<number> {
  const view = await readFile(join(folder, 'page.html'), 'utf8');
  const local = view.replaceAll(/https:\/\/cdnjs\.cloudflare\.com\/[^'"]*\//g, '/');
  const server = createServer((request, response) => {
    const library = libraries[request.url ?? ''];
    response.setHeader('Content-Type', library ? 'text/javascript' : 'text/html; charset=utf-8');
    if (library) createReadStream(join(modules, library)).pipe(response);
    else response.end(request.url === '/' ? local : '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    await page.goto(`http://127.0.0.1:${port}/`, { timeout: most * 1000, waitUntil: 'commit' });
    await page.waitForSelector('svg line', { state: 'attached', timeout: most * 1000 });
    return await page.evaluate(
      () =>
        new Promise<number>((done) =>
          requestAnimationFrame(() => setTimeout(() => done(performance.now() / 1000))),
        ),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
