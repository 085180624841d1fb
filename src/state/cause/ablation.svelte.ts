import type { Engine } from '../../runtime/client';
import { Superseded } from '../../runtime/client';
import type { Ask, Input, Trace } from '../../trace/trace';
import { blocksIn, isOff, masksOf, nothingOff, sayCount, sayPart, toggled } from './ablation';
import type { Cuts, Part } from './ablation';
import { History } from './history.svelte';
import type { Panel } from '../panel/panel.svelte';
import type { Reply } from '../panel/question.svelte';
import { Sweep } from './sweep.svelte';

/** What a run is asked for anew with the cuts: a run of the model as it is, and how that was asked for. */
interface Base {
  of: Trace;
  ask: Ask;
}

const start = 'everything on';

/** What is switched off in one panel's model, in what order that came, and what the model answers then. Its own answers stay the panel's. */
export class Ablation {
  readonly panel: Panel;
  readonly sweep: Sweep;
  readonly history = new History<Cuts>(nothingOff, start);
  #activity = $state<'idle' | 'running' | 'failed'>('idle');
  #sentence = $state<string | null>(null);
  #results = $state.raw<readonly { cuts: Cuts; of: Trace; trace: Trace }[]>([]);

  readonly #engine: () => Promise<Engine>;
  readonly #given: () => Input | null;
  readonly #reply: () => Reply | null;
  #asked = 0;
  #changedAt = 0;

  /** @param given what the models are given now; @param foil the foil as it stands now; @param reply what the model said to the question */
  constructor(
    panel: Panel,
    engine: () => Promise<Engine>,
    given: () => Input | null,
    foil: () => string,
    reply: () => Reply | null,
  ) {
    this.panel = panel;
    this.#engine = engine;
    this.#given = given;
    this.#reply = reply;
    this.sweep = new Sweep(panel, engine, given, foil);
  }

  get cuts(): Cuts {
    return this.history.state;
  }
  get activity(): 'idle' | 'running' | 'failed' {
    return this.#activity;
  }
  /** Why the last run with the cuts failed; null unless `activity` is "failed". */
  get sentence(): string | null {
    return this.#sentence;
  }
  /** A run from a file has no model to switch anything off in. */
  get possible(): boolean {
    return !this.panel.folder.startsWith('trace/') && this.panel.attentions.length > 0;
  }
  /** "2 heads off"; empty when nothing is. */
  get count(): string {
    return sayCount(this.cuts);
  }
  /** What it says with the cuts, each null until it is there: of the caption, of the foil, in place of the masked word, to the question. */
  readonly after: Record<'caption' | 'foil' | 'masked' | 'answer', Trace | null> = $derived.by(() => {
    const [caption, foil, masked, answer] = this.#shown().map((of) => this.#after(of));
    return { caption, foil, masked, answer };
  });

  isOff(parts: readonly Part[]): boolean {
    return isOff(this.cuts, parts);
  }

  /** When something was switched last, in milliseconds of this page's clock; 0 before. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Whether this model has such a part. */
  has({ attention, off }: Part): boolean {
    const module = this.panel.attentions[attention];
    return (
      module !== undefined && (typeof off === 'number' ? off < module.heads : blocksIn(module).includes(off))
    );
  }

  /** The parts that make up a whole module, or one of its heads. */
  partsOf(attention: number, head: number | 'mean'): Part[] {
    if (head !== 'mean') return [{ attention, off: head }];
    return this.blocks(attention).map((off) => ({ attention, off }));
  }

  /** The blocks of a module. */
  blocks(attention: number) {
    const module = this.panel.attentions[attention];
    return module ? blocksIn(module) : [];
  }

  /** Switches parts off, or on again where all of them are off. */
  async toggle(parts: readonly Part[]): Promise<void> {
    if (!this.possible || !parts.length) return;
    const says = parts.length === 1 ? this.say(parts[0]) : this.panel.attentions[parts[0].attention].name;
    this.history.push(toggled(this.cuts, parts), `${says} ${this.isOff(parts) ? 'on' : 'off'}`);
    await this.#changed();
  }

  /** "joint 3, head 2" */
  say(part: Part): string {
    const { attention } = part;
    const { name } = this.panel.attentions[attention];
    return sayPart(part, { name, blocks: this.blocks(attention).length });
  }

  /** Whether blocks are cut before the softmax, so that the rest of a row takes what they had. */
  async renormalise(renormalise: boolean): Promise<void> {
    this.history.push(
      { ...this.cuts, renormalise },
      `blocks cut ${renormalise ? 'before' : 'after'} the softmax`,
    );
    await this.#changed();
  }

  async clear(): Promise<void> {
    if (!this.cuts.parts.length) return;
    this.history.push({ ...this.cuts, parts: [] }, start);
    await this.#changed();
  }

  /** To an entry of the history: one back, one on, or any. */
  async go(at: number): Promise<void> {
    this.history.go(at);
    await this.#changed();
  }

  async #changed(): Promise<void> {
    this.#changedAt = performance.now();
    await this.refresh();
  }

  /** Another model has other modules. @param cuts what the address holds */
  restart(cuts: Cuts = nothingOff): void {
    this.sweep.forget();
    this.history.restart(cuts, cuts.parts.length ? `${sayCount(cuts)}, from the link` : start);
    this.#results = [];
    this.#settle();
  }

  /** Another stage of the model's training has the same modules: what is off stays off, and runs again once the stage itself has run. */
  carry(): void {
    this.#asked += 1;
    this.#settle();
  }

  /** Something more was run without the cuts: it is run with them after what is under way. */
  async resume(): Promise<void> {
    if (this.#activity !== 'running') await this.refresh();
  }

  /** Runs with the cuts what has been run without, as far as that is not known yet. */
  async refresh(): Promise<void> {
    const order = ++this.#asked;
    try {
      for (;;) {
        const base = this.#bases().find(({ of }) => !this.#after(of));
        const input = this.#given();
        if (!base || !input) return this.#settle();
        this.#settle('running');
        const opened = await this.panel.open();
        if (order !== this.#asked) return;
        if (!opened) return this.#settle();
        const { cuts } = this;
        const { of } = base;
        const ask = { ...base.ask, masks: masksOf(cuts, of) };
        const engine = await this.#engine();
        const request = { ...input, caption: of.caption };
        const trace = await engine.run(this.panel.folder, request, ask, `${this.panel.slot} off`);
        if (order !== this.#asked) return;
        this.#results = [...this.#current(), { cuts, of, trace }];
      }
    } catch (error) {
      if (order !== this.#asked) return;
      if (error instanceof Superseded) this.#settle('failed', 'Stopped before the answer came.');
      else this.#settle('failed', error instanceof Error ? error.message : String(error));
    }
  }

  /** What is shown of the model as it is. */
  #bases(): Base[] {
    const { trace, foil, masked, fresh, outdated, folder } = this.panel;
    if (!this.cuts.parts.length || outdated) return [];
    const match: Ask = { task: 'match', attentions: 'none' };
    const reply = this.#reply();
    const said = reply?.folder === folder ? reply.trace : null;
    const answer = said ? [{ of: said, ask: { ...match, task: 'answer' as const } }] : [];
    if (!fresh || trace?.caption !== this.#given()?.caption) return answer;
    const hidden = masked?.trace.guesses.map(({ token }) => token);
    return [
      ...(trace ? [{ of: trace, ask: match }] : []),
      ...(foil ? [{ of: foil, ask: match }] : []),
      ...(masked ? [{ of: masked.trace, ask: { ...match, task: 'mask' as const, masked: hidden } }] : []),
      ...answer,
    ];
  }

  /** The runs without the cuts: of the caption, of the foil, with a word masked, of the question. */
  #shown(): (Trace | null)[] {
    const { trace, foil, masked } = this.panel;
    return [trace, foil, masked?.trace ?? null, this.#reply()?.trace ?? null];
  }

  #after(of: Trace | null): Trace | null {
    const { cuts } = this;
    if (!of || !cuts.parts.length) return null;
    return this.#results.find((result) => result.cuts === cuts && result.of === of)?.trace ?? null;
  }

  /** Results that can still be shown: those of what the panel has run last, for any state of the history. */
  #current() {
    const shown = this.#shown();
    return this.#results.filter(({ of }) => shown.includes(of));
  }

  #settle(activity: 'idle' | 'running' | 'failed' = 'idle', sentence: string | null = null): void {
    this.#activity = activity;
    this.#sentence = sentence;
  }
}
