import { Depot, type Refusal } from './depot';
import type { Notices } from './notices.svelte';

/** What a file is to the session. */
export type Kind = (typeof kinds)[number];

const kinds = ['picture', 'second', 'features', 'trace'] as const;

const called: Record<Kind, string> = {
  picture: 'your picture',
  second: 'your second picture',
  features: 'the features of the picture',
  trace: 'the run of your file',
};

const refusals: Record<Refusal, (what: string) => string> = {
  denied: (what) =>
    `This browser keeps nothing for this page (a private window, or storage is off): save a session file, or ${what} is gone when the page is closed.`,
  full: (what) =>
    `The browser has no room left to keep ${what}: save a session file, or it is gone when the page is closed.`,
};

/** Keeps what an address cannot hold in this browser, so that a reload, a crash or the back button loses nothing. */
export class Keeping {
  readonly #depot: Depot;
  readonly #notices: Notices;
  /** What is on the page, by its key: put again where the visitor or the browser clears the storage meanwhile. */
  readonly #shown: Record<Kind, readonly { key: string; file: File }[]> = {
    picture: [],
    second: [],
    features: [],
    trace: [],
  };

  constructor(notices: Notices, depot = new Depot()) {
    this.#notices = notices;
    this.#depot = depot;
  }

  /** Keeps a file beside those of its kind that are on the page, or in place of them. A refusal is said, and the page goes on. */
  async keep(kind: Kind, identity: string, file: File, beside = false): Promise<void> {
    const key = `${kind}/${identity}`;
    const others = (beside ? this.#shown[kind] : []).filter((one) => one.key !== key);
    this.#shown[kind] = [...others, { key, file }];
    await this.#put(kind, key, file);
  }

  /** What is on the page is found in any case. */
  async find(kind: Kind, identity: string): Promise<File | null> {
    const key = `${kind}/${identity}`;
    const shown = this.#shown[kind].find((one) => one.key === key);
    return shown?.file ?? this.#depot.get(key);
  }

  /** Called before the page may go: puts again what was cleared since. */
  async check(): Promise<void> {
    for (const kind of kinds)
      for (const { key, file } of this.#shown[kind]) {
        if (this.#notices.said.some(({ subject }) => subject === `keep ${kind}`)) continue;
        if (await this.#depot.has(key)) continue;
        if (await this.#put(kind, key, file))
          this.#notices.say(
            `keep ${kind}`,
            `The storage of this browser was cleared while the page was open: ${called[kind]} was kept anew.`,
          );
      }
  }

  async #put(kind: Kind, key: string, file: File): Promise<boolean> {
    const refusal = await this.#depot.put(key, file);
    this.#notices.say(`keep ${kind}`, refusal && refusals[refusal](called[kind]));
    return refusal === null;
  }
}
