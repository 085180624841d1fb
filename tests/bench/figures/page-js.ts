import { gzipSync } from 'node:zlib';
import type { Figure } from '../figure';

/** What a visitor's browser must fetch and run before anything can happen: the entry and all that it imports at once. */
export const figure: Figure = {
  id: 'page-js',
  unit: 'kB',
  limit: 120,
  async measure(stand) {
    const { chunks } = await stand.site();
    const wanted = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
    for (const name of wanted)
      for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) wanted.add(next);
    const sizes = chunks
      .filter(({ fileName }) => wanted.has(fileName))
      .map(({ code }) => gzipSync(code).length / 1000);
    const value = sizes.reduce((total, size) => total + size, 0);
    return { value, how: `gzip of the entry and its static imports, ${sizes.length} files` };
  },
};
