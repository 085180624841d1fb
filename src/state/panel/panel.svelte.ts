import type { Manifest } from '../../architectures/manifest';
import type { Engine, Opened, Progress } from '../../runtime/client';
import { Superseded } from '../../runtime/client';
import type { Input, Trace } from '../../trace/trace';
import { modulesOf } from '../own/contents';
import type { Module } from '../own/contents';
import type { Imported } from '../own/imports.svelte';
import { Busy } from './busy.svelte';
import type { Activity } from './busy.svelte';
import { Runs } from './runs.svelte';
import { Shown } from './shown.svelte';
import { fetchManifest } from '../set/site';

/** One model beside others: what it is, what it is doing and what came back. */
export class Panel extends Shown {
  readonly slot: number;
  #folder = $state('');
  #progress = $state.raw<Progress | null>(null);
  #manifest = $state.raw<Manifest | null>(null);
  #opened = $state.raw<Opened | null>(null);
  #imported = $state.raw<Imported | null>(null);

  readonly #engine: () => Promise<Engine>;
  #opening: Promise<Opened> | null = null;
  #epoch = 0;
  readonly #busy = new Busy();
  readonly #runs: Runs;

  constructor(slot: number, engine: () => Promise<Engine>) {
    super();
    this.slot = slot;
    this.#engine = engine;
    this.#runs = new Runs(this, engine, this.results, this.#busy);
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
    return this.#busy.activity;
  }
  /** Why the panel failed, with the remedy; null unless `activity` is "failed". */
  get sentence(): string | null {
    return this.#busy.sentence;
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
      if (epoch === this.#epoch) this.#busy.fail(error);
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
    this.#runs.drop();
    this.#busy.settle();
    return ++this.#epoch;
  }

  /** The picture changed: the last result stays to look at, but is no longer drawn over the picture. */
  outdate(): void {
    if (this.#imported) return;
    this.results.outdate();
    this.#runs.drop();
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
      if (this.#busy.activity !== 'running') this.#busy.settle();
      return opened;
    } catch (error) {
      // The engine was lost, and the model is being opened again.
      if (epoch !== this.#epoch || this.#opening !== opening) return null;
      this.#opening = null;
      if (!(error instanceof Superseded)) this.#busy.fail(error);
      return null;
    } finally {
      if (epoch === this.#epoch) this.#progress = null;
    }
  }

  async #load(folder: string): Promise<Opened> {
    this.#busy.settle('loading');
    const engine = await this.#engine();
    return engine.open(folder, (progress) => {
      if (folder === this.#folder) this.#progress = progress;
    });
  }

  /** Runs the caption, then its foil, then the caption with the words that are hidden. An empty caption clears the panel; an empty foil clears the foil. */
  async run(input: Input, foil: string): Promise<void> {
    if (!this.#imported) await this.#runs.run(input, foil);
  }

  /** Runs the foil alone, after the visitor has changed it. */
  weigh(input: Input, foil: string): Promise<void> {
    return this.#runs.weigh(input, foil);
  }

  /** Words of the caption that are hidden, by index, whether the model has guessed them yet or not. */
  get hidden(): readonly number[] {
    return this.#runs.hidden;
  }

  /** Hides words in every run from the next one on; with no words, shows all. */
  hide(caption: string, words: readonly number[]): void {
    this.#runs.hide(caption, words);
  }

  /** Hides words of the caption and asks for the likeliest pieces in their place, also in every later run of this caption. */
  mask(input: Input, words: readonly number[]): Promise<void> {
    return this.#runs.mask(input, words);
  }

  unmask(): void {
    this.#runs.unmask();
  }

  /** The worker was restarted: the model has to be opened again before the next run. */
  reopen(): void {
    this.#opening = null;
    this.#busy.settle();
  }

  /** Ends the wait that the visitor cancelled. */
  stop(): void {
    this.#opening = null;
    this.#runs.drop();
    this.#busy.settle('failed', 'Stopped. What is shown is the last result; choose Retry to run again.');
  }
}
