import type { Listed } from '../../architectures/published/listed';
import { downloadAll, type Far } from '../bytes/download';
import { Writer } from '../bytes/writer';
import { readId } from '../read/id';
import { look, type Found } from '../read/look';
import type { Choice } from '../read/plan';
import { judge, type Known, type Verdict } from '../read/verdict';
import { disownFrom } from '../../runtime/own/owned';
import {
  askToKeep,
  folderOf,
  type Held,
  heldCheckpoints,
  type Journal,
  letGo,
  roomLeft,
} from '../../runtime/own/disk';

/** Nothing of the page goes along: no cookies, no address, no words of the visitor's but the id. */
const plainly: typeof fetch = (address, how) =>
  fetch(address, { ...how, credentials: 'omit', referrerPolicy: 'no-referrer' });

const paused = new DOMException('Paused.', 'AbortError');

/** What the visitor asked the Hub for, what comes of it, and what is here already. */
export class Desk {
  #found = $state.raw<Found | null>(null);
  #chosen = $state(0);
  #problem = $state<string | null>(null);
  #asking = $state(false);
  /** Folder of what is being fetched. */
  #fetching = $state<string | null>(null);
  #far = $state.raw<Far | null>(null);
  #waiting = $state<string | null>(null);
  #held = $state.raw<readonly Held[]>([]);
  #recipes = $state.raw<Known | null>(null);
  #room = $state(Infinity);
  #stop: AbortController | null = null;
  readonly #writer = new Writer();
  readonly #listed: readonly Listed[];
  /** Address of the Hub, without a slash at its end. */
  readonly hub: string;

  constructor(hub: string, listed: readonly Listed[]) {
    this.hub = hub.replace(/\/+$/, '');
    this.#listed = listed;
  }

  get found(): Found | null {
    return this.#found;
  }
  get choice(): Choice | null {
    return this.#found?.choices[this.#chosen] ?? null;
  }
  get chosen(): number {
    return this.#chosen;
  }
  set chosen(index: number) {
    this.#chosen = index;
  }
  /** Null until it is known what the page can open. */
  get verdict(): Verdict | null {
    const recipes = this.#recipes;
    const { found, choice } = this;
    if (!found || !choice || !recipes) return null;
    return judge(choice, found, recipes, this.#room + (this.here?.loaded ?? 0));
  }
  /** What is here already of what is chosen. */
  get here(): Held | null {
    const { found, choice } = this;
    const folder = found && choice && folderOf({ ...found, choice: choice.name });
    return this.#held.find((one) => one.folder === folder) ?? null;
  }
  get problem(): string | null {
    return this.#problem;
  }
  get asking(): boolean {
    return this.#asking;
  }
  get fetching(): string | null {
    return this.#fetching;
  }
  get far(): Far | null {
    return this.#far;
  }
  /** Why nothing comes at the moment. */
  get waiting(): string | null {
    return this.#waiting;
  }
  get held(): readonly Held[] {
    return this.#held;
  }

  /** Finds what is here, and what the page can open. */
  async open(): Promise<void> {
    await this.#look();
    const list = async () => (await (await fetch('recipes/index.json')).json()) as Known;
    this.#recipes = await list().catch(() => ({}));
  }

  /** Asks the Hub about an id or an address; nothing is fetched. */
  async ask(text: string): Promise<void> {
    if (this.#fetching) return;
    this.#problem = null;
    this.#found = null;
    this.#chosen = 0;
    this.#asking = true;
    try {
      const asked = readId(text, this.hub);
      const borrow = this.#listed.find(({ id }) => id === asked.repo)?.tokenizer ?? null;
      const found = await look(asked, this.hub, borrow, plainly);
      if (found.choices.length === 0)
        throw new Error(
          `${found.repo} has no weights that the page reads: expected model.safetensors, pytorch_model.bin or .onnx files.`,
        );
      this.#found = found;
    } catch (error) {
      this.#problem = sentence(error);
    } finally {
      this.#asking = false;
    }
  }

  /** Fetches what is chosen. */
  async fetch(): Promise<void> {
    const { found, choice } = this;
    if (!found || !choice) return;
    const { repo, commit, licence } = found;
    await this.#download({
      version: 1,
      repo,
      commit,
      licence,
      choice: choice.name,
      files: choice.files,
      done: [],
    });
  }

  /** Goes on with what was left. */
  goOn({ journal }: Held): Promise<void> {
    return this.#download(journal);
  }

  /** Stops; what is here stays. */
  pause(): void {
    this.#stop?.abort(paused);
  }

  /** Stops, and deletes what came of it. */
  async cancel(): Promise<void> {
    const folder = this.#fetching;
    this.pause();
    await this.#ended;
    if (folder) await this.remove(folder);
  }

  /** Deletes a checkpoint, and takes what was opened from it out of the playground. */
  async remove(folder: string): Promise<void> {
    await letGo(folder)
      .then(() => disownFrom(document.baseURI, folder))
      .catch((error: unknown) => (this.#problem = sentence(error)));
    await this.#look();
  }

  #ended: Promise<void> = Promise.resolve();

  async #download(journal: Journal): Promise<void> {
    if (this.#fetching) return;
    const folder = folderOf(journal);
    this.#problem = null;
    this.#fetching = folder;
    this.#far = null;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    // While it is a click that asks, as browsers want it.
    void askToKeep();
    const work = navigator.locks.request(`checkpoint ${folder}`, { ifAvailable: true }, (lock) => {
      if (!lock) throw new Error(`${journal.repo} is being fetched in another tab of this browser.`);
      return downloadAll(journal, this.#writer.calls, {
        hub: this.hub,
        fetcher: plainly,
        signal,
        far: (far) => (this.#far = far),
        waits: (why, milliseconds) =>
          (this.#waiting = why && `${why}; asking again in ${Math.ceil(milliseconds / 1000)} s`),
      });
    });
    this.#ended = work
      .then(
        () => {},
        (error: unknown) => {
          if (error !== paused) this.#problem = sentence(error);
        },
      )
      .then(() => this.#look())
      .then(() => {
        this.#fetching = null;
        this.#waiting = null;
      });
    await this.#ended;
  }

  async #look(): Promise<void> {
    this.#held = await heldCheckpoints();
    this.#room = await roomLeft();
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
