import { openShelf } from '../runtime/cache';
import type { Listed, Listing } from './listing';

/** Bytes that are kept of a version, of how many. */
export interface Kept {
  kept: number;
  total: number;
}

/**
 * What the service worker keeps between visits. Files lie by their sha256 on the shelf where the engine keeps models, so that the same bytes
 * are there once, whatever page, version or address they belong to; which file a version means by a name, only its listing says.
 */
export class SiteShelf {
  readonly #scope: string;
  readonly #files: Promise<Cache | null> = openShelf();
  readonly #records: Promise<Cache | null> = caches.open('site-1').catch(() => null);
  #there: Promise<Set<string>> | null = null;

  constructor(scope: string) {
    this.#scope = scope;
  }

  /** A file's bytes, whatever it is called; undefined when it is not here. */
  async find({ sha256 }: Listed): Promise<Response | undefined> {
    return (await this.#files)?.match(this.#key(sha256)).catch(() => undefined);
  }

  /** @throws what the browser says where there is no room */
  async put({ sha256 }: Listed, bytes: ArrayBuffer): Promise<void> {
    const files = await this.#files;
    if (!files) throw new Error('This browser has no room for files of pages.');
    await files.put(this.#key(sha256), new Response(bytes));
    (await this.#there)?.add(sha256);
  }

  /** Files of a listing that are not here; looks anew, for visitors and the engine add and remove files too. */
  async missing(listing: Listing): Promise<Listed[]> {
    this.#there = this.#hashes();
    const there = await this.#there;
    const seen = new Set<string>();
    return listing.files.filter(({ sha256 }) => !there.has(sha256) && !seen.has(sha256) && seen.add(sha256));
  }

  /** Whether all is here that the page needs to open. */
  async opens(listing: Listing): Promise<boolean> {
    this.#there ??= this.#hashes();
    const there = await this.#there;
    return listing.files.every(({ first, sha256 }) => !first || there.has(sha256));
  }

  /** Reads a record of this site, e.g. "clients"; null where there is none. */
  async recall<T>(name: string): Promise<T | null> {
    const kept = await (await this.#records)?.match(this.#record(name)).catch(() => undefined);
    return kept ? ((await kept.json()) as T) : null;
  }

  async record(name: string, value: unknown): Promise<void> {
    await (await this.#records)?.put(this.#record(name), Response.json(value)).catch(() => {});
  }

  /** Lets go of the versions that nobody has open, and of files that were theirs alone. */
  async tidy(open: ReadonlySet<string>): Promise<void> {
    const [records, files] = await Promise.all([this.#records, this.#files]);
    if (!records || !files) return;
    const needed = await this.#owned(files);
    const gone: Listed[] = [];
    for (const { url } of await records.keys()) {
      if (!url.includes('/version/')) continue;
      const listing = (await (await records.match(url))?.json()) as Listing;
      const mine = url.startsWith(this.#record('version/'));
      if (mine && !open.has(listing.version)) {
        gone.push(...listing.files);
        await records.delete(url);
      } else for (const { sha256 } of listing.files) needed.add(sha256);
    }
    for (const { sha256 } of gone) if (!needed.has(sha256)) await files.delete(this.#key(sha256));
    this.#there = null;
  }

  /** Hashes that models of the visitor's own name. */
  async #owned(files: Cache): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { url } of await files.keys())
      if (url.endsWith('/manifest.json'))
        for (const [hash] of (await (await files.match(url))?.text())?.matchAll(/[0-9a-f]{64}/g) ?? [])
          found.add(hash);
    return found;
  }

  async #hashes(): Promise<Set<string>> {
    const keys = (await (await this.#files)?.keys().catch(() => [])) ?? [];
    return new Set(keys.map(({ url }) => url.slice(url.lastIndexOf('/') + 1)));
  }

  #key = (sha256: string) => new URL(`/sha256/${sha256}`, this.#scope).href;
  #record = (name: string) => new URL(name, this.#scope).href;
}
