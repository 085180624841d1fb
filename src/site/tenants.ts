import type { SiteShelf } from './shelf';

/** Pages and workers that run another version than the newest: a version's name, or null for one that is not known. */
type Others = Record<string, string | null>;

/**
 * Who runs which version. A new version takes over from the old one while pages of it may be open; those go on with the old one's files
 * until they are reloaded. Browsers end service workers at any time, so it is written down.
 */
export class Tenants {
  readonly #shelf: SiteShelf;
  #others: Promise<Others> | null = null;

  constructor(shelf: SiteShelf) {
    this.#shelf = shelf;
  }

  /** The version of a page or worker; undefined for the newest. */
  async versionOf(client: string): Promise<string | null | undefined> {
    return (await this.#read())[client];
  }

  /** Notes that some run a version; those that were noted before keep theirs. */
  async note(clients: readonly string[], version: string | null): Promise<void> {
    const others = await this.#read();
    for (const client of clients) if (client && !(client in others)) others[client] = version;
    await this.#shelf.record('clients', others);
  }

  async forget(client: string): Promise<void> {
    const others = await this.#read();
    if (!(client in others)) return;
    delete others[client];
    await this.#shelf.record('clients', others);
  }

  /** Forgets who is gone. @returns the versions of the rest */
  async settle(living: ReadonlySet<string>): Promise<Set<string>> {
    const others = await this.#read();
    for (const client of Object.keys(others)) if (!living.has(client)) delete others[client];
    await this.#shelf.record('clients', others);
    return new Set(Object.values(others).filter((version) => version !== null));
  }

  #read(): Promise<Others> {
    return (this.#others ??= this.#shelf.recall<Others>('clients').then((others) => others ?? {}));
  }
}
