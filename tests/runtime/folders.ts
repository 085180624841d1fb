import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base } from './bring';
import { nodeEngine } from './node';
import { memoryShelf } from './shelf';

const published = join(import.meta.dirname, '../oracle/published');

/** The files of a folder, as a drop gives them. */
export const folderOf = (path: string): File[] =>
  readdirSync(path).map((name) => new File([new Uint8Array(readFileSync(join(path, name)))], name));

/** The tiny checkpoint of a recipe: `python -m vlpm_export.published` writes it. */
export const checkpoint = (name: string): File[] => folderOf(join(published, name));

export const checkpoints = readdirSync(published).filter((name) => name !== 'recipes');

/** An engine whose page has the recipes of a folder beside it: those of the tiny checkpoints, or the ones that ship. */
export function recipeEngine(recipes = join(published, 'recipes')) {
  return nodeEngine(base, memoryShelf(), (url) => {
    const path = join(recipes, url.slice(`${base}recipes/`.length));
    return Promise.resolve(
      existsSync(path) ? new Response(new Uint8Array(readFileSync(path))) : new Response('', { status: 404 }),
    );
  });
}
