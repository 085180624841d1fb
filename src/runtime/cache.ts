import { download, sha256, type Fetch, type Stored } from './download';

/** Where downloaded files are kept between visits: the part of the Cache API that is used here. */
export type Shelf = Pick<Cache, 'match' | 'put' | 'delete'>;

/** Hands out a model's files, each downloaded once. What is wanted `inParts` may stay on the disk until a part of it is asked for. */
export type Files = (
  file: Stored,
  progress?: (loaded: number) => void,
  inParts?: boolean,
) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Opens the browser's store of models; null where there is none (an insecure address, a private window).
 */
export async function openShelf(): Promise<Cache | null> {
  try {
    return await caches.open('models-1');
  } catch {
    return null;
  }
}

/**
 * Files by their sha256: from the shelf while what lies there is intact, else downloaded and put there.
 * A full or absent shelf costs only the next visit a download.
 */
export function makeFiles(shelf: Shelf | null, fetcher: Fetch): Files {
  return async (file, progress) => {
    const key = new URL(`/sha256/${file.sha256}`, file.url).href;
    const kept = await shelf?.match(key).catch(() => undefined);
    if (kept) {
      const bytes = new Uint8Array(await kept.arrayBuffer());
      if ((await sha256(bytes)) === file.sha256) {
        progress?.(bytes.length);
        return bytes;
      }
      await shelf?.delete(key);
    }
    const bytes = await download(file, fetcher, progress);
    await shelf?.put(key, new Response(bytes.slice())).catch(() => {});
    return bytes;
  };
}
