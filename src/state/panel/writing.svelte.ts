import type { Engine } from '../../runtime/client';
import { Superseded } from '../../runtime/client';
import { joinPieces } from '../../trace/spell';
import type { AttentionMask, Input } from '../../trace/trace';
import type { Panel } from './panel.svelte';
import { stepOf, type Step } from './written';

/** Words after which a caption that has found no end is left as it is. */
const most = 20;

/** A caption that the model in a panel writes by itself, each time the likeliest word: the text so far is read again for every word. */
export class Writing {
  #steps = $state.raw<readonly Step[]>([]);
  #busy = $state(false);
  #stopped = $state(false);
  #sentence = $state<string | null>(null);
  #of = $state.raw<{ folder: string; input: Input; prompted: boolean } | null>(null);
  #off = $state('');
  #turn = 0;
  readonly #panel: Panel;
  readonly #engine: () => Promise<Engine>;

  constructor(panel: Panel, engine: () => Promise<Engine>) {
    this.#panel = panel;
    this.#engine = engine;
  }

  /** Whether the model writes; null until that is known. */
  get able(): boolean | null {
    const { imported, manifest } = this.#panel;
    if (imported) return false;
    const writes = manifest?.own?.writes;
    return manifest && writes !== undefined && !writes.asked;
  }
  get busy(): boolean {
    return this.#busy;
  }
  get sentence(): string | null {
    return this.#sentence;
  }
  /** Whether the visitor stopped it, or it ran into its limit, before it found an end. */
  get cut(): boolean {
    return !this.#busy && this.#steps.length > 0 && !this.#steps.at(-1)!.words[0].ends;
  }
  get stopped(): boolean {
    return this.#stopped;
  }

  /** What was switched off as it was written; empty for nothing. */
  get off(): string {
    return this.#off;
  }

  /** Of the model that is in the panel, and of the picture as it is now; and of the caption, where the model goes on from that. */
  stepsOf(input: Input | null): readonly Step[] {
    const of = this.#of;
    const same = of?.folder === this.#panel.folder && of.input.picture === input?.picture;
    if (!same || of.input.crop !== input.crop) return [];
    return of.prompted && of.input.caption !== input.caption ? [] : this.#steps;
  }

  /** What was written, as pieces joined to words. */
  textOf(input: Input | null): string {
    const pieces = this.stepsOf(input).flatMap(({ words: [{ text, ends }] }) => (ends ? [] : [text]));
    return joinPieces(pieces);
  }

  stop(): void {
    this.#turn++;
    this.#stopped = this.#busy;
    this.#busy = false;
  }

  /**
   * @param masks what is switched off meanwhile; those alone that fit a text of any length
   * @param off that in words
   */
  async write(input: Input, masks: readonly AttentionMask[], off = ''): Promise<void> {
    const turn = ++this.#turn;
    const { folder, slot, manifest } = this.#panel;
    this.#steps = [];
    this.#sentence = null;
    this.#stopped = false;
    this.#of = { folder, input, prompted: manifest?.own?.writes?.prompted ?? false };
    this.#off = off;
    this.#busy = true;
    const longest = Math.min(most, manifest?.text.maxTokens ?? most);
    try {
      if (!(await this.#panel.open())) return;
      const written: number[] = [];
      while (written.length < longest) {
        const ask = {
          task: 'write',
          attentions: 'all',
          written: [...written],
          masks: masks.filter(fitsAny),
        } as const;
        const trace = await (await this.#engine()).run(folder, input, ask, `${slot} write`);
        if (turn !== this.#turn || folder !== this.#panel.folder) return;
        const step = stepOf(trace);
        this.#steps = [...this.#steps, step];
        if (step.words[0].ends) return;
        written.push(step.words[0].id);
      }
    } catch (error) {
      if (turn !== this.#turn || error instanceof Superseded) return;
      this.#sentence = error instanceof Error ? error.message : String(error);
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
  }
}

const fitsAny = ({ factor, term }: AttentionMask) => !term && factor?.dims[1] === 1 && factor.dims[2] === 1;

const known = new WeakMap<Panel, Writing>();

/** The one of a panel, which stays while the drawer shows something else. */
export function writingOf(panel: Panel, engine: () => Promise<Engine>): Writing {
  const writing = known.get(panel) ?? new Writing(panel, engine);
  known.set(panel, writing);
  return writing;
}
