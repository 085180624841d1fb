import type { Playground } from './playground.svelte';
import { followed, steps } from './steps';
import type { Step } from './steps';

const key = 'vlpm-guide';

/** Four steps through the page for a first visit. Where the visitor stopped is kept on this device; what was on the page before can be had back. */
export class Guide {
  readonly #session: Playground;
  readonly #storage: Storage | null;
  #at = $state<number | null>(null);
  #arranging = $state(false);
  #kept = $state('');
  #before: string | null = null;
  #order = 0;

  constructor(session: Playground, storage: Storage | null) {
    this.#session = session;
    this.#storage = storage;
    this.#kept = storage?.getItem(key) ?? '';
  }

  /** Number of the step that is shown, from 0; null while the guide is closed. */
  get at(): number | null {
    return this.#at;
  }
  get step(): Step | null {
    return this.#at === null ? null : steps[this.#at];
  }
  get count(): number {
    return steps.length;
  }
  /** True while the models of a step are put in their places. */
  get arranging(): boolean {
    return this.#arranging;
  }
  /** True until the guide was walked to its end or put away once. */
  get fresh(): boolean {
    return this.#kept === '';
  }

  /** Opens where the visitor stopped, or at the first step. */
  start(): Promise<void> {
    this.#before ??= this.#session.link;
    const last = Number(this.#kept);
    return this.go(this.#kept && last < steps.length ? last : 0);
  }

  /** Puts what a step is about on the page; past the last step the guide ends. */
  async go(at: number): Promise<void> {
    if (at >= steps.length) return this.#leave(String(steps.length));
    const order = ++this.#order;
    this.#at = Math.max(0, at);
    this.#keep(String(this.#at));
    this.#arranging = true;
    try {
      await this.#arrange(steps[this.#at], () => order === this.#order);
    } finally {
      if (order === this.#order) this.#arranging = false;
    }
  }

  /** Puts the guide away; what is on the page stays. */
  put(): void {
    this.#leave(String(this.#at ?? steps.length));
  }

  /** Puts the guide away and brings back what was on the page before it. */
  async back(): Promise<void> {
    const before = this.#before;
    this.put();
    if (before !== null) await this.#session.open(before);
  }

  #leave(kept: string): void {
    this.#order++;
    this.#keep(kept);
    this.#at = this.#before = null;
    this.#arranging = false;
  }

  #keep(value: string): void {
    this.#kept = value;
    try {
      this.#storage?.setItem(key, value);
    } catch {
      // A full or refused storage forgets the step, no more.
    }
  }

  async #arrange({ model, place, off }: Step, current: () => boolean): Promise<void> {
    const { workspace, panels, selection, ablations, lenses } = this.#session;
    const words = (caption: string) => caption.split(/\s+/u);
    const sample = workspace.samples.find(({ caption }) => words(caption).includes(followed));
    if (sample && (workspace.sample !== sample || workspace.caption !== sample.caption))
      await this.#session.chooseSample(sample);
    if (!current()) return;
    const panel = panels.at(place === 'first' ? 0 : -1)!;
    if (panel.folder !== model) await this.#session.chooseModel(panel, model);
    if (!current()) return;
    const word = words(workspace.caption).indexOf(followed);
    if (word >= 0) selection.selectWord(word);
    selection.role = 'query';
    this.#session.chooseHead(panel.slot, null);
    const ablation = ablations.each[panel.slot];
    const { settled } = lenses[panel.slot];
    const parts = settled ? ablation.partsOf(settled.attention, settled.head) : [];
    if (parts.length && ablation.isOff(parts) !== off) await ablation.toggle(parts);
  }
}
