import type { Engine } from '../../runtime/client';
import { Lost, Superseded } from '../../runtime/client';
import type { Ask, Input } from '../../trace/trace';
import { headFactor } from './ablation';
import type { Panel } from '../panel/panel.svelte';

/** Match scores of the caption and of the foil, null without one. */
export interface Scores {
  caption: number;
  foil: number | null;
}

/** What the model answers with one head switched off and all others on. */
export interface Effect extends Scores {
  attention: number;
  head: number;
}

/** What a sweep is about. */
interface Subject {
  folder: string;
  input: Input;
  foil: string;
}

/** How often a head is asked for again when the engine is lost meanwhile. */
const patience = 2;

/** Every head of one model switched off in turn, each alone, on one picture and caption. */
export class Sweep {
  #stage = $state<'empty' | 'running' | 'done' | 'stopped' | 'failed'>('empty');
  #sentence = $state<string | null>(null);
  #effects = $state.raw<readonly Effect[]>([]);
  #plain = $state.raw<Scores | null>(null);
  #subject = $state.raw<Subject | null>(null);
  #total = $state(0);
  #left = $state<number | null>(null);

  readonly #panel: Panel;
  readonly #engine: () => Promise<Engine>;
  readonly #given: () => Input | null;
  readonly #foil: () => string;
  #order = 0;

  constructor(panel: Panel, engine: () => Promise<Engine>, given: () => Input | null, foil: () => string) {
    this.#panel = panel;
    this.#engine = engine;
    this.#given = given;
    this.#foil = foil;
  }

  get stage(): 'empty' | 'running' | 'done' | 'stopped' | 'failed' {
    return this.#stage;
  }
  /** Why it stopped or failed. */
  get sentence(): string | null {
    return this.#sentence;
  }
  /** One entry for each head that has had its turn, in the order of the modules. */
  get effects(): readonly Effect[] {
    return this.#effects;
  }
  /** The model with all heads on. */
  get plain(): Scores | null {
    return this.#plain;
  }
  /** Number of heads. */
  get total(): number {
    return this.#total;
  }
  /** Seconds that the rest may take; null before the first head. */
  get left(): number | null {
    return this.#left;
  }
  /** What was measured; null before the first sweep. */
  get subject(): { caption: string; foil: string } | null {
    return this.#subject && { caption: this.#subject.input.caption, foil: this.#subject.foil };
  }
  /** What has changed since: "caption", "picture", "foil" or "training stage" (of another model it is forgotten); null while what was measured is what is on the page. */
  readonly changed: string | null = $derived.by(() => this.#subject && this.#difference(this.#subject));

  #difference({ folder, input, foil }: Subject): string | null {
    const now = this.#given();
    if (folder !== this.#panel.folder) return 'training stage';
    if (now?.caption !== input.caption) return 'caption';
    if (now !== input) return 'picture';
    return foil === this.#foil() ? null : 'foil';
  }

  /** Begins again from the first head. Runs go one at a time, so that others come between them; a change of the input ends it. */
  async start(): Promise<void> {
    const input = this.#given();
    if (!input?.caption.trim()) return;
    const order = ++this.#order;
    const subject = { folder: this.#panel.folder, input, foil: this.#foil() };
    const heads = this.#panel.attentions.flatMap((module, attention) =>
      Array.from({ length: module.heads }, (_, head) => ({ attention, head })),
    );
    this.#subject = subject;
    this.#effects = [];
    this.#plain = this.#left = null;
    this.#total = heads.length;
    this.#settle('running');
    try {
      if (!(await this.#panel.open())) return this.#settle('failed', this.#panel.sentence ?? 'Not opened.');
      this.#plain = await this.#surely(subject);
      const from = performance.now();
      for (const head of heads) {
        if (order !== this.#order) return;
        const changed = this.#difference(subject);
        if (changed) return this.#stop(`The ${changed} changed`);
        const scores = await this.#surely(subject, head);
        if (order !== this.#order) return;
        this.#effects = [...this.#effects, { ...head, ...scores }];
        const done = this.#effects.length;
        this.#left = ((performance.now() - from) / 1000 / done) * (heads.length - done);
      }
      this.#settle('done');
    } catch (error) {
      if (order !== this.#order) return;
      if (error instanceof Superseded) this.#stop('Stopped');
      else this.#settle('failed', error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends it; what was measured stays. */
  cancel(): void {
    this.#order += 1;
    this.#stop('Stopped');
  }

  /** Forgets everything, as for another model. */
  forget(): void {
    this.#order += 1;
    this.#effects = [];
    this.#plain = this.#subject = null;
    this.#settle('empty');
  }

  /** A lost engine starts again, and so does the head that it was lost at: what was measured before stays. */
  async #surely(subject: Subject, head?: { attention: number; head: number }): Promise<Scores> {
    for (let lost = 0; ; lost++) {
      try {
        return await this.#scores(subject, head);
      } catch (error) {
        if (!(error instanceof Lost) || lost >= patience || !(await this.#panel.open())) throw error;
      }
    }
  }

  async #scores(
    { folder, input, foil }: Subject,
    head?: { attention: number; head: number },
  ): Promise<Scores> {
    const ask: Ask = { task: 'match', attentions: 'none' };
    if (head) {
      const { heads } = this.#panel.attentions[head.attention];
      ask.masks = [{ attention: head.attention, factor: headFactor(heads, [head.head]) }];
    }
    const lane = `${this.#panel.slot} sweep`;
    const score = async (caption: string) => {
      const trace = await (await this.#engine()).run(folder, { ...input, caption }, ask, lane);
      return trace.outputs.match.data[0];
    };
    return { caption: await score(input.caption), foil: foil.trim() ? await score(foil) : null };
  }

  #stop(why: string): void {
    this.#settle('stopped', `${why} after ${this.#effects.length} of ${this.#total} heads.`);
  }

  #settle(stage: Sweep['stage'], sentence: string | null = null): void {
    this.#stage = stage;
    this.#sentence = sentence;
  }
}
