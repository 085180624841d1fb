import type { Manifest } from '../../architectures/manifest';
import { readManifest } from '../../architectures/manifest';
import { NotHeld, ownedModels } from '../../runtime/client';

/** Address of a file that is served beside the page, e.g. "zoo/vilt-mini/manifest.json". */
export function address(path: string): URL {
  return new URL(path, new URL(import.meta.env.BASE_URL, location.href));
}

/**
 * Fetches a file of the site.
 * @throws Error saying which file is missing; a host that answers with its start page counts as missing.
 */
export async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(address(path)).catch(() => null);
  if (!response) throw new Error(`${path} could not be fetched: the server does not answer.`);
  const page = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || page) throw new Error(`${path} is missing on the server (status ${response.status}).`);
  return response;
}

/** @throws Error when the manifest of `folder` is missing or breaks its schema. */
export async function fetchManifest(folder: string): Promise<Manifest> {
  if (folder.startsWith('own/')) return findOwned(folder);
  if (folder.startsWith('trace/'))
    throw new Error(
      'This browser does not hold the run of this link: drop its file on the page, or choose a model.',
    );
  const response = await fetchFile(`${folder}/manifest.json`);
  return readManifest(await response.json());
}

async function findOwned(folder: string): Promise<Manifest> {
  const found = (await ownedModels(location.href)).find(({ id }) => folder === `own/${id}`);
  if (!found) throw new NotHeld();
  return found;
}
