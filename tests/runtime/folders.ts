import { existsSync, openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base } from './bring';
import type { Shelf } from '../../src/runtime/cache';
import { nodeEngine } from './node';
import { memoryShelf } from './shelf';

const published = join(import.meta.dirname, '../oracle/published');

/** The files of a folder, as a drop gives them: none is read before it is asked for. */
export const folderOf = (path: string): Promise<File[]> =>
  Promise.all(readdirSync(path).map(async (name) => new File([await openAsBlob(join(path, name))], name)));

/** The tiny checkpoint of a recipe: `python -m vlpm_export.published` writes it. */
export const checkpoint = (name: string): Promise<File[]> => folderOf(join(published, name));

export const checkpoints = readdirSync(published).filter((name) => name !== 'recipes');

/** An engine whose page has the recipes of a folder beside it: those of the tiny checkpoints, or the ones that ship. */
export function recipeEngine(recipes = join(published, 'recipes'), shelf: Shelf | null = memoryShelf()) {
  return nodeEngine(base, shelf, (url) => {
    const path = join(recipes, url.slice(`${base}recipes/`.length));
    return Promise.resolve(
      existsSync(path) ? new Response(new Uint8Array(readFileSync(path))) : new Response('', { status: 404 }),
    );
  });
}
