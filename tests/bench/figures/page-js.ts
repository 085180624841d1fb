import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Figure } from '../figure';

/** What a visitor's browser must fetch and run before anything can happen: the entry and all that it imports at once. */
export const figure: Figure = {
  id: 'page-js',
  unit: 'kB',
  limit: 120,
  async measure(stand) {
    const { chunks, folder } = await stand.site();
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const wanted = new Set([...html.matchAll(/<script [^>]*src="\.\/([^"]+)"/g)].map(([, path]) => path));
    for (const name of wanted)
      for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) wanted.add(next);
    const sizes = chunks
      .filter(({ fileName }) => wanted.has(fileName))
      .map(({ code }) => gzipSync(code).length / 1000);
    if (!sizes.length) throw new Error('expected a script of the build in index.html, found none');
    const value = sizes.reduce((total, size) => total + size, 0);
    return { value, how: `gzip of the page's script and its static imports, ${sizes.length} files` };
  },
};
