import { readManifest, type Manifest } from '../../architectures/manifest';
import { openShelf } from '../cache';

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
    .map((sha256) => new URL(`/sha256/${sha256}`, base).href);
  // The manifest first: a model that is half gone is not listed.
  const described = ['manifest', 'answers', 'interview'].map((name) => within(base, `${id}/${name}.json`));
  for (const url of [...described, ...gone]) await shelf?.delete(url);
}
