import type { SiteShelf } from './shelf';

/** Which version pages and workers run: its name, or null for one that is not known. */
type Noted = Record<string, string | null>;

/** Whether a page or worker is still there. */
export type Lives = (client: string) => Promise<boolean>;

/**
 * Who runs which version. A new version takes over from the old one while pages of it may be open; those go on with the old one's files
 * until they are reloaded. Browsers end service workers at any time, so it is written down.
 */
export class Tenants {
  readonly #shelf: SiteShelf;
  #noted: Promise<Noted> | null = null;

  constructor(shelf: SiteShelf) {
    this.#shelf = shelf;
  }

  /** The version of a page or worker; undefined for one that was never noted. */
  async versionOf(client: string): Promise<string | null | undefined> {
    return (await this.#read())[client];
  }

  /** Notes that some run a version; those that were noted before keep theirs. */
  async note(clients: readonly string[], version: string | null): Promise<void> {
    const noted = await this.#read();
    const fresh = clients.filter((client) => client && !(client in noted));
    if (!fresh.length) return;
    for (const client of fresh) noted[client] = version;
    await this.#shelf.record('clients', noted);
  }

  async forget(client: string): Promise<void> {
    const noted = await this.#read();
    if (!(client in noted)) return;
    delete noted[client];
    await this.#shelf.record('clients', noted);
  }

  /** Forgets who is gone. @returns the versions of the rest */
  async settle(lives: Lives): Promise<Set<string>> {
    const noted = await this.#read();
    const clients = Object.keys(noted);
    const living = await Promise.all(clients.map(lives));
    clients.forEach((client, at) => living[at] || delete noted[client]);
    await this.#shelf.record('clients', noted);
    return new Set(Object.values(noted).filter((version) => version !== null));
  }

  #read(): Promise<Noted> {
    return (this.#noted ??= this.#shelf.recall<Noted>('clients').then((noted) => noted ?? {}));
  }
}
