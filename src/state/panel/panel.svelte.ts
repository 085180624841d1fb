import type { Manifest } from '../../architectures/manifest';
import type { Engine, Opened, Progress } from '../../runtime/client';
import { Superseded } from '../../runtime/client';
import type { Input, Trace } from '../../trace/trace';
import { modulesOf, positionsOf } from '../own/contents';
import type { Module } from '../own/contents';
import type { Imported } from '../own/imports.svelte';
import { Shown } from './shown.svelte';
import { fetchManifest } from '../set/site';

/** What a panel is busy with; what it shows meanwhile is `trace` and `recorded`. */
export type Activity = 'idle' | 'loading' | 'running' | 'failed';

/** One model beside others: what it is, what it is doing and what came back. */
export class Panel extends Shown {
  readonly slot: number;
  #folder = $state('');
  #activity = $state<Activity>('idle');
  #sentence = $state<string | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #manifest = $state.raw<Manifest | null>(null);
  #opened = $state.raw<Opened | null>(null);
  #imported = $state.raw<Imported | null>(null);

  readonly #engine: () => Promise<Engine>;
  #opening: Promise<Opened> | null = null;
  /** Runs are counted: a result is shown only if none that was asked for later has been shown. */
  #asked = 0;
  #shown = 0;
  #epoch = 0;
  #caption = '';
  #contrast = '';
  /** Words that the visitor hid, and in which caption. */
  #hidden = $state.raw<{ caption: string; words: readonly number[] } | null>(null);

  constructor(slot: number, engine: () => Promise<Engine>) {
    super();
    this.slot = slot;
    this.#engine = engine;
  }

  /** Manifest folder, e.g. "zoo/vilt-mini". */
  get folder(): string {
    return this.#folder;
  }
  /** "METER-mini", or the folder until the manifest is there. */
  get name(): string {
    return this.#imported?.name ?? this.manifest?.name ?? this.#folder.split('/').at(-1) ?? '';
  }
  get activity(): Activity {
    return this.#activity;
  }
  /** Why the panel failed, with the remedy; null unless `activity` is "failed". */
  get sentence(): string | null {
    return this.#sentence;
  }
  get progress(): Progress | null {
    return this.#progress;
  }
  /** Of what is shown; of the chosen model when nothing is. */
  get manifest(): Manifest | null {
    return this.results.former ?? this.#opened?.manifest ?? this.#manifest;
  }
  /** The model's attention modules in the order of `Trace.attentions`; empty until the manifest is there. */
  get attentions(): readonly Module[] {
    return this.#imported?.modules ?? modulesOf(this.manifest);
  }
  get opened(): Opened | null {
    return this.#opened;
  }
  /** The run from a file that is shown in place of a model's; nothing is run here then. */
  get imported(): Imported | null {
    return this.#imported;
  }

  /**
   * Puts another model or a run from a file into the panel; what the former one is still asked for is dropped.
   * @param stage another stage of the same model's training: what the former one gave stays, outdated, until this one has run
   */
  async choose(
    folder: string,
    imported: Imported | null = null,
    known?: Manifest | null,
    stage = false,
  ): Promise<void> {
    const former = stage && this.trace ? this.manifest : null;
    const epoch = this.#replace(folder, former);
    this.#imported = imported;
    if (imported) {
      this.results.putImported(imported.run.trace);
      return;
    }
    try {
      const manifest = known ?? (await fetchManifest(folder));
      if (epoch === this.#epoch) this.#manifest = manifest;
    } catch (error) {
      if (epoch === this.#epoch) this.#fail(error);
    }
  }

  /** Holds no model from now on. */
  close(): void {
    this.#replace('', null);
  }

  /** @returns the number of what comes now: whatever was asked for before is dropped */
  #replace(folder: string, former: Manifest | null): number {
    this.#folder = folder;
    this.#opening = this.#opened = this.#manifest = this.#imported = this.#progress = null;
    this.results.keepOf(former);
    this.#shown = ++this.#asked;
    this.#settle();
    return ++this.#epoch;
  }

  /** Forgets every result and every run under way, as for an empty caption. */
  clear(): void {
    this.results.clear();
    this.#shown = ++this.#asked;
    if (this.#activity === 'running') this.#settle();
  }

  /** The picture changed: the last result stays to look at, but is no longer drawn over the picture. */
  outdate(): void {
    if (this.#imported) return;
    this.results.outdate();
    this.#shown = ++this.#asked;
  }

  /** Shows a recorded run, unless a live one of the same picture came first. */
  adopt(trace: Trace, foil: Trace | null): void {
    this.results.putRecorded(trace, foil);
  }

  /** Opens the model; a failure is told in the panel. @returns null when it failed or was replaced. */
  async open(): Promise<Opened | null> {
    if (this.#imported) return null;
    const epoch = this.#epoch;
    const opening = (this.#opening ??= this.#load(this.#folder));
    try {
      const opened = await opening;
      if (epoch !== this.#epoch) return null;
      this.#opened = opened;
      if (this.#activity !== 'running') this.#settle();
      return opened;
    } catch (error) {
      // The engine was lost, and the model is being opened again.
      if (epoch !== this.#epoch || this.#opening !== opening) return null;
      this.#opening = null;
      if (!(error instanceof Superseded)) this.#fail(error);
      return null;
    } finally {
      if (epoch === this.#epoch) this.#progress = null;
    }
  }

  async #load(folder: string): Promise<Opened> {
    this.#settle('loading');
    const engine = await this.#engine();
    return engine.open(folder, (progress) => {
      if (folder === this.#folder) this.#progress = progress;
    });
  }

  /** Tokens of a caption, before any run and without one. A failure here is told by the run. */
  async read(caption: string): Promise<void> {
    const folder = this.#folder;
    try {
      const reading = await (await this.#engine()).read(folder, caption);
      if (folder === this.#folder && caption === this.#caption) this.results.putReading({ caption, reading });
    } catch {
      if (folder === this.#folder) this.results.putReading(null);
    }
  }

  /** Runs the caption, then its foil, then the caption with the words that are hidden. An empty caption clears the panel; an empty foil clears the foil. */
  async run(input: Input, foil: string): Promise<void> {
    if (this.#imported) return;
    this.#caption = input.caption;
    this.#contrast = foil;
    if (this.#hidden?.caption !== input.caption) this.#hidden = null;
    if (!input.caption.trim()) return this.clear();
    const order = ++this.#asked;
    void this.read(input.caption);
    if (!(await this.open()) || order !== this.#asked) return;
    await this.#attempt(order, async (engine) => {
      const ask = { task: 'match', attentions: 'all' } as const;
      const trace = await engine.run(this.#folder, input, ask, `${this.slot} caption`);
      if (order <= this.#shown) return;
      this.#shown = order;
      this.results.putRun(trace);
      if (order === this.#asked) await this.#weigh(engine, order, input);
      if (order === this.#asked) await this.#guess(engine, order, input);
    });
  }

  /** Runs the foil alone, after the visitor has changed it. */
  async weigh(input: Input, foil: string): Promise<void> {
    this.#contrast = foil;
    if (!input.caption.trim() || !(await this.open())) return;
    const order = this.#asked;
    await this.#attempt(order, (engine) => this.#weigh(engine, order, input));
  }

  async #weigh(engine: Engine, order: number, input: Input): Promise<void> {
    const foil = this.#contrast;
    if (!foil.trim()) {
      this.results.putFoil(null);
      return;
    }
    const ask = { task: 'match', attentions: 'none' } as const;
    const current = () => order === this.#asked && foil === this.#contrast;
    try {
      const trace = await engine.run(this.#folder, { ...input, caption: foil }, ask, `${this.slot} foil`);
      if (current()) this.results.putFoil(trace);
    } catch (error) {
      if (error instanceof Superseded) throw error;
      if (current()) this.results.putFoil(null, error instanceof Error ? error.message : String(error));
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
    if (!(await this.open())?.manifest.tasks.mask) return;
    const order = this.#asked;
    await this.#attempt(order, (engine) => this.#guess(engine, order, input));
  }

  async #guess(engine: Engine, order: number, input: Input): Promise<void> {
    const hidden = this.#hidden;
    if (!hidden || !this.#opened?.manifest.tasks.mask || this.trace?.caption !== input.caption) return;
    const masked = positionsOf(this.trace, hidden.words);
    if (!masked.length) return;
    const ask = { task: 'mask', masked, attentions: 'none' } as const;
    const trace = await engine.run(this.#folder, input, ask, `${this.slot} mask`);
    if (order === this.#asked && hidden === this.#hidden)
      this.results.putMasked({ words: hidden.words, trace });
  }

  unmask(): void {
    this.#hidden = null;
    this.results.putMasked(null);
  }

  /** The worker was restarted: the model has to be opened again before the next run. */
  reopen(): void {
    this.#opening = null;
    this.#settle();
  }

  /** Ends the wait that the visitor cancelled. */
  stop(): void {
    this.#opening = null;
    this.#shown = ++this.#asked;
    this.#settle('failed', 'Stopped. What is shown is the last result; choose Retry to run again.');
  }

  async #attempt(order: number, work: (engine: Engine) => Promise<void>): Promise<void> {
    const epoch = this.#epoch;
    this.#settle('running');
    try {
      await work(await this.#engine());
      if (order === this.#asked && epoch === this.#epoch) this.#settle();
    } catch (error) {
      if (order !== this.#asked || epoch !== this.#epoch) return;
      if (error instanceof Superseded) this.#settle();
      else this.#fail(error);
    }
  }

  #settle(activity: Activity = 'idle', sentence: string | null = null): void {
    this.#activity = activity;
    this.#sentence = sentence;
  }

  #fail(error: unknown): void {
    this.#settle('failed', error instanceof Error ? error.message : String(error));
  }
}
