import { sha256 } from '../runtime/download';
import { fetchListed } from './fetching';
import { answerWith, isolated } from './headers';
import { listedAt, typeOf, type Listed, type Listing } from './listing';
import type { SiteShelf, Kept } from './shelf';
import { Tenants, type Lives } from './tenants';

/** What asks for a file: the page or worker, and the one that will be made of the answer if it is one. */
export interface Asker {
  client: string;
  resulting: string;
}

/** Files fetched at a time while the page rests. */
const batch = { files: 8, bytes: 2e6 };

/**
 * The site as one version of it, kept for visits without a network. Whoever runs this version gets its files and no others: from the shelf,
 * or from the host when they have the listed hash.
 */
export class Keeper {
  readonly #listing: Listing;
  readonly #scope: string;
  readonly #shelf: SiteShelf;
  readonly #outdated: () => void;
  readonly tenants: Tenants;

  /** @param outdated told when the host has other bytes than the listing */
  constructor(listing: Listing, scope: string, shelf: SiteShelf, outdated: () => void) {
    this.#listing = listing;
    this.#scope = scope;
    this.#shelf = shelf;
    this.#outdated = outdated;
    this.tenants = new Tenants(shelf);
  }

  /** Fetches what the page needs to open. @throws Error of one sentence, upon which the version must not be installed */
  async stock(): Promise<void> {
    const missing = (await this.#shelf.missing(this.#listing)).filter(({ first }) => first);
    for (let i = 0; i < missing.length; i += batch.files)
      await Promise.all(missing.slice(i, i + batch.files).map((file) => this.#keep(file)));
  }

  /** Begins to be the newest version: pages that are open stay with the one before. */
  async begin(open: readonly string[]): Promise<void> {
    const before = await this.#shelf.recall<string>('newest');
    const { version } = this.#listing;
    if (before && before !== version) await this.tenants.note(open, before);
    await this.#shelf.record(`version/${version}`, this.#listing);
    await this.#shelf.record('newest', version);
  }

  /** A page says which script it began with; one that is not of this version came before its service worker. */
  async greet(client: string, script: string): Promise<void> {
    const version = await this.tenants.versionOf(client);
    const lists = (listing: Listing | null) => !!listing && !!listedAt(listing, this.#scope, script);
    if (version && lists(await this.#listingOf(version))) return;
    await this.tenants.forget(client);
    if (!lists(this.#listing)) await this.tenants.note([client], null);
  }

  /** Fetches the next few files that are missing. @throws Error of one sentence, or what the browser says where there is no room */
  async fill(lives: Lives): Promise<Kept> {
    const missing = await this.#shelf.missing(this.#listing);
    const next = missing.toSorted((a, b) => Number(b.first) - Number(a.first)).slice(0, batch.files);
    let bytes = 0;
    const chosen = next.filter((file, i) => i === 0 || (bytes += file.bytes) < batch.bytes);
    await Promise.all(chosen.map((file) => this.#keep(file)));
    if (missing.length === chosen.length) await this.#tidy(lives);
    return this.#count(missing.filter((file) => !chosen.includes(file)));
  }

  /** Answers a request of the site. */
  async answer(request: Request, { client, resulting }: Asker): Promise<Response> {
    if (request.mode === 'navigate') return this.#navigate(request, resulting);
    const version = await this.tenants.versionOf(client);
    void this.tenants.note([client, resulting], version === undefined ? this.#listing.version : version);
    const listing = await this.#listingOf(version);
    const file = listing && listedAt(listing, this.#scope, request.url);
    return file ? this.#file(file, request) : isolated(await fetch(request));
  }

  /** Only the newest version may: one that still waits does not know who runs the one before. */
  async #tidy(lives: Lives): Promise<void> {
    const { version } = this.#listing;
    if ((await this.#shelf.recall('newest')) !== version) return;
    const open = await this.tenants.settle(lives);
    await this.#shelf.tidy(open.add(version));
  }

  async #listingOf(version: string | null | undefined): Promise<Listing | null> {
    if (version === undefined || version === this.#listing.version) return this.#listing;
    return version === null ? null : this.#shelf.recall<Listing>(`version/${version}`);
  }

  async #file(file: Listed, request: Request): Promise<Response> {
    const kept = await this.#shelf.find(file);
    if (kept) return answerWith(kept.body, typeOf(file.path));
    // The engine compares weights with their manifest as they come, shows how far they are, and puts them on the shelf itself.
    if (!file.first && file.path.startsWith('zoo/')) return isolated(await fetch(request));
    const bytes = await fetchListed(file, this.#scope);
    if (bytes) {
      await this.#shelf.put(file, bytes).catch(() => {});
      return answerWith(bytes, typeOf(file.path));
    }
    this.#outdated();
    return new Response(null, { status: 409, statusText: 'The host has a newer version of the page' });
  }

  /** The page itself: kept if all is here that it needs, else from the host, whatever version that is. */
  async #navigate(request: Request, resulting: string): Promise<Response> {
    const file = listedAt(this.#listing, this.#scope, request.url);
    if (!file) return fetch(request);
    const kept = await this.#shelf.find(file);
    if (kept && (await this.#shelf.opens(this.#listing))) return answerWith(kept.body, typeOf(file.path));
    const response = await fetch(request).catch((error: unknown) => {
      if (kept) return answerWith(kept.body, typeOf(file.path));
      throw error;
    });
    if (!response.ok || response.type !== 'basic') return response;
    const bytes = await response.arrayBuffer();
    if ((await sha256(new Uint8Array(bytes))) !== file.sha256) {
      await this.tenants.note([resulting], null);
      this.#outdated();
    }
    return answerWith(bytes, typeOf(file.path));
  }

  async #keep(file: Listed): Promise<void> {
    const bytes = await fetchListed(file, this.#scope);
    if (!bytes) {
      this.#outdated();
      throw new Error(
        `${file.path}: expected the file that this version was built with, the host has another.`,
      );
    }
    await this.#shelf.put(file, bytes);
  }

  #count(missing: readonly Listed[]): Kept {
    const distinct = new Map(this.#listing.files.map((file) => [file.sha256, file.bytes]));
    const total = [...distinct.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { total, kept: total - missing.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}
