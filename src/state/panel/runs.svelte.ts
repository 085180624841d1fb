import type { Engine, Opened } from '../../runtime/client';
import { Superseded } from '../../runtime/client';
import type { Input } from '../../trace/trace';
import { positionsOf } from '../own/contents';
import type { Busy } from './busy.svelte';
import type { Results } from './results.svelte';

/** The model that is run. */
interface Subject {
  readonly slot: number;
  readonly folder: string;
  readonly opened: Opened | null;
  /** @returns null when it failed or was replaced */
  open(): Promise<Opened | null>;
}

/** The runs of one model: of the caption, then of its foil, then of the caption with the words that are hidden. */
export class Runs {
  readonly #subject: Subject;
  readonly #engine: () => Promise<Engine>;
  readonly #results: Results;
  readonly #busy: Busy;
  /** Runs are counted: a result is shown only if none that was asked for later has been shown. */
  #asked = 0;
  #shown = 0;
  #caption = '';
  #contrast = '';
  /** Words that the visitor hid, and in which caption. */
  #hidden = $state.raw<{ caption: string; words: readonly number[] } | null>(null);

  constructor(subject: Subject, engine: () => Promise<Engine>, results: Results, busy: Busy) {
    this.#subject = subject;
    this.#engine = engine;
    this.#results = results;
    this.#busy = busy;
  }

  /** Whatever was asked for so far is not shown any more. */
  drop(): void {
    this.#shown = ++this.#asked;
  }

  /** Forgets every result and every run under way, as for an empty caption. */
  clear(): void {
    this.#results.clear();
    this.drop();
    if (this.#busy.activity === 'running') this.#busy.settle();
  }

  /** Tokens of a caption, before any run and without one. A failure here is told by the run. */
  async #read(caption: string): Promise<void> {
    const { folder } = this.#subject;
    try {
      const reading = await (await this.#engine()).read(folder, caption);
      if (folder === this.#subject.folder && caption === this.#caption)
        this.#results.putReading({ caption, reading });
    } catch {
      if (folder === this.#subject.folder) this.#results.putReading(null);
    }
  }

  /** Runs the caption, then its foil, then the caption with the words that are hidden. An empty caption clears the panel; an empty foil clears the foil. */
  async run(input: Input, foil: string): Promise<void> {
    this.#caption = input.caption;
    this.#contrast = foil;
    if (this.#hidden?.caption !== input.caption) this.#hidden = null;
    if (!input.caption.trim()) return this.clear();
    const order = ++this.#asked;
    void this.#read(input.caption);
    if (!(await this.#subject.open()) || order !== this.#asked) return;
    await this.#attempt(order, async (engine) => {
      const { folder, slot } = this.#subject;
      const ask = { task: 'match', attentions: 'all' } as const;
      const trace = await engine.run(folder, input, ask, `${slot} caption`);
      if (order <= this.#shown) return;
      this.#shown = order;
      this.#results.putRun(trace);
      if (order === this.#asked) await this.#weigh(engine, order, input);
      if (order === this.#asked) await this.#guess(engine, order, input);
    });
  }

  /** Runs the foil alone, after the visitor has changed it. */
  async weigh(input: Input, foil: string): Promise<void> {
    this.#contrast = foil;
    if (!input.caption.trim() || !(await this.#subject.open())) return;
    const order = this.#asked;
    await this.#attempt(order, (engine) => this.#weigh(engine, order, input));
  }

  async #weigh(engine: Engine, order: number, input: Input): Promise<void> {
    const foil = this.#contrast;
    if (!foil.trim()) {
      this.#results.putFoil(null);
      return;
    }
    const { folder, slot } = this.#subject;
    const ask = { task: 'match', attentions: 'none' } as const;
    const current = () => order === this.#asked && foil === this.#contrast;
    try {
      const trace = await engine.run(folder, { ...input, caption: foil }, ask, `${slot} foil`);
      if (current()) this.#results.putFoil(trace);
    } catch (error) {
      if (error instanceof Superseded) throw error;
      if (current()) this.#results.putFoil(null, error instanceof Error ? error.message : String(error));
    }
  }

  /** Words of the caption that are hidden, by index, whether the model has guessed them yet or not. */
  get hidden(): readonly number[] {
    return this.#hidden?.words ?? [];
  }

  /** Hides words in every run from the next one on; with no words, shows all. */
  hide(caption: string, words: readonly number[]): void {
    if (words.length) this.#hidden = { caption, words };
    else this.unmask();
  }

  /** Hides words of the caption and asks for the likeliest pieces in their place, also in every later run of this caption. */
  async mask(input: Input, words: readonly number[]): Promise<void> {
    this.hide(input.caption, words);
    if (!(await this.#subject.open())?.manifest.tasks.mask) return;
    const order = this.#asked;
    await this.#attempt(order, (engine) => this.#guess(engine, order, input));
  }

  async #guess(engine: Engine, order: number, input: Input): Promise<void> {
    const hidden = this.#hidden;
    const { trace } = this.#results;
    const { folder, slot, opened } = this.#subject;
    if (!hidden || !opened?.manifest.tasks.mask || trace?.caption !== input.caption) return;
    const masked = positionsOf(trace, hidden.words);
    if (!masked.length) return;
    const ask = { task: 'mask', masked, attentions: 'none' } as const;
    const guessed = await engine.run(folder, input, ask, `${slot} mask`);
    if (order === this.#asked && hidden === this.#hidden)
      this.#results.putMasked({ words: hidden.words, trace: guessed });
  }

  unmask(): void {
    this.#hidden = null;
    this.#results.putMasked(null);
  }

  async #attempt(order: number, work: (engine: Engine) => Promise<void>): Promise<void> {
    this.#busy.settle('running');
    try {
      await work(await this.#engine());
      if (order === this.#asked) this.#busy.settle();
    } catch (error) {
      if (order !== this.#asked) return;
      if (error instanceof Superseded) this.#busy.settle();
      else this.#busy.fail(error);
    }
  }
}
