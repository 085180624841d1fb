import { combine, type Chosen } from '../../attention/aggregate';
import type { HeadAt } from '../../attention/divergence';
import { rollout } from '../../attention/rollout';
import type { Attention, Trace } from '../../trace/trace';
import { Rolling } from './rolling.svelte';

/** How several heads are put together. */
export type Way = 'mean' | 'maximum' | 'rollout';

/** Heads of one panel that were gathered, and what they are together: one attention more, which can be chosen like any other. */
export class Gathered {
  #heads = $state.raw<readonly HeadAt[]>([]);
  /** How they are put together. */
  way = $state<Way>('mean');

  readonly #trace: () => Trace | null;
  #last: Rolling<Attention | null> | null = null;

  constructor(trace: () => Trace | null) {
    this.#trace = trace;
  }

  get heads(): readonly HeadAt[] {
    return this.#heads;
  }

  readonly #rolling: Rolling<Attention | null> | null = $derived.by(() => {
    this.#last?.stop();
    this.#last = null;
    const trace = this.#trace();
    if (!trace || this.way !== 'rollout' || !this.#heads.length) return null;
    this.#last = new Rolling(rollout(trace.attentions, this.#heads, trace.tokens.length));
    return this.#last;
  });

  /** What they are together; null when there are none, and while a rollout is being computed. */
  readonly attention: Attention | null = $derived.by(() => {
    const trace = this.#trace();
    if (!trace || !this.#heads.length) return null;
    if (this.way === 'rollout') return this.#rolling?.result ?? null;
    return combine(trace.attentions, this.#heads satisfies readonly Chosen[], this.way);
  });

  /** How far a rollout is, from 0 to 1; null when none is under way. */
  readonly progress: number | null = $derived.by(() => {
    const rolling = this.#rolling;
    return rolling && rolling.share < 1 ? rolling.share : null;
  });

  has(head: HeadAt): boolean {
    return this.#heads.some((one) => idOf(one) === idOf(head));
  }

  /** Takes a head in, or out. */
  toggle(head: HeadAt): void {
    this.toggleAll([head]);
  }

  /** Takes several in; out where all of them are in. */
  toggleAll(heads: readonly HeadAt[]): void {
    const rest = this.#heads.filter((one) => !heads.some((head) => idOf(head) === idOf(one)));
    this.set(heads.every((head) => this.has(head)) ? rest : [...rest, ...heads]);
  }

  /** These and no others, in order of the modules. */
  set(heads: readonly HeadAt[]): void {
    this.#heads = heads.toSorted((a, b) => a.attention - b.attention || a.head - b.head);
  }
}

const idOf = ({ attention, head }: HeadAt) => `${attention}.${head}`;
