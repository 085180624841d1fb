import { readManifest, type Manifest } from '../../architectures/manifest';
import { openShelf } from '../cache';
import { placeOf } from './place';

/** Where, in a tab, the page that reads the Hub leaves the folder of the checkpoint that the playground should open. */
export const arrivalKey = 'vlpm-arrived';

/** Addresses of the folders of visitors' models, on a page at `base`. */
const within = (base: string, path: string) => new URL(`own/${path}`, base).href;

/** Manifests of the models that visitors brought to this browser, in the order of their arrival. Needs no worker. */
export async function ownedModels(base: string): Promise<Manifest[]> {
  const shelf = await openShelf();
  const addresses = (await shelf?.keys().catch(() => []))?.map(({ url }) => url) ?? [];
  const found = addresses
    .filter((url) => url.startsWith(within(base, '')) && url.endsWith('/manifest.json'))
    .map(async (url) => {
      try {
        return [readManifest(await (await shelf?.match(url))?.json())];
      } catch {
        return []; // of another version of the page
      }
    });
  return (await Promise.all(found)).flat();
}

/** Takes out the models that were opened from a checkpoint of the browser's file system. */
export async function disownFrom(base: string, folder: string): Promise<void> {
  const shelf = await openShelf();
  for (const { id, files } of await ownedModels(base))
    for (const { sha256 } of Object.values(files)) {
      const place = await shelf?.match(new URL(`/${placeOf(sha256)}`, base).href);
      if ((await place?.text())?.startsWith(`${folder}/`)) await disownModel(base, id);
    }
}

/** Takes a model out of this browser, with the files that no other model of a visitor's has. */
export async function disownModel(base: string, id: string): Promise<void> {
  const shelf = await openShelf();
  const owned = await ownedModels(base);
  const hashes = (manifest: Manifest) =>
    [...Object.values(manifest.graphs), ...Object.values(manifest.files)].map(({ sha256 }) => sha256);
  const shared = new Set(owned.filter((other) => other.id !== id).flatMap(hashes));
  const gone = owned
    .filter((manifest) => manifest.id === id)
    .flatMap(hashes)
    .filter((sha256) => !shared.has(sha256))
    .flatMap((sha256) =>
      [`/sha256/${sha256}`, `/${placeOf(sha256)}`].map((path) => new URL(path, base).href),
    );
  // The manifest first: a model that is half gone is not listed.
  const described = ['manifest', 'answers', 'interview'].map((name) => within(base, `${id}/${name}.json`));
  for (const url of [...described, ...gone]) await shelf?.delete(url);
}
