import type { Engine } from '../../runtime/client';
import { Superseded } from '../../runtime/client';
import type { Input, Trace } from '../../trace/trace';
import { originOf } from '../set/catalogue.svelte';
import type { Panel } from './panel.svelte';

/** Milliseconds that a question rests before it is asked; Enter asks at once. */
const rest = 700;

/** A question about a picture, put to one model. */
interface Put {
  folder: string;
  /** What the model's stages of training have in common. */
  origin: string;
  input: Input;
}

/** What the model said. */
export interface Reply extends Put {
  /** Null when the run failed. */
  trace: Trace | null;
  /** Why it failed. */
  sentence: string | null;
}

/** A question to every model that answers questions. It is a text of its own: caption, foil and what is shown of them stay as they are. */
export class Question {
  #text = $state('');
  #asked = $state('');
  #replies = $state.raw<readonly (Reply | null)[]>([]);
  #running = $state.raw<readonly (Put | null)[]>([]);
  readonly #panels: readonly Panel[];
  readonly #engine: () => Promise<Engine>;
  readonly #input: () => Input | null;
  readonly #answered: (panel: Panel) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param input what the models are given now; null without a picture; @param answered told when the model in a panel has answered */
  constructor(
    panels: readonly Panel[],
    engine: () => Promise<Engine>,
    input: () => Input | null,
    answered: (panel: Panel) => void,
  ) {
    this.#panels = panels;
    this.#engine = engine;
    this.#input = input;
    this.#answered = answered;
  }

  /** As it was typed. */
  get text(): string {
    return this.#text;
  }
  /** As the models are asked it, with a question mark at its end; empty when nothing is asked. */
  get asked(): string {
    return this.#asked;
  }
  /** True while a model is thinking about it. */
  get busy(): boolean {
    return this.#panels.some((panel) => this.waits(panel));
  }

  /** Whether the model in a panel answers questions; null until that is known. */
  knows(panel: Panel): boolean | null {
    if (panel.imported) return false;
    return panel.manifest && panel.manifest.tasks.answer !== undefined;
  }

  waits(panel: Panel): boolean {
    const put = this.#running[panel.slot];
    return put != null && this.#same(put, panel);
  }

  /**
   * What the model in a panel says to the question about the picture as it is now; until it says something, what another stage of its
   * training said, whose folder is not the panel's; else null.
   */
  reply(panel: Panel): Reply | null {
    const reply = this.#replies[panel.slot];
    if (!reply || !this.#holds(reply.input)) return null;
    const stage = reply.trace && panel.manifest && originOf(panel.manifest) === reply.origin;
    return stage || reply.folder === panel.folder ? reply : null;
  }

  /** Asks once the text has rested. */
  type(text: string): void {
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), rest);
  }

  /** Asks every model now. */
  async ask(): Promise<void> {
    this.restore(this.#text);
    await Promise.all(this.#panels.map((panel) => this.put(panel)));
  }

  /** Takes a question that is put to each model once it runs. */
  restore(text: string): void {
    clearTimeout(this.#timer);
    this.#text = text;
    const trimmed = text.trim();
    this.#asked = trimmed && (trimmed.endsWith('?') ? trimmed : `${trimmed}?`);
  }

  /** Asks the model in one panel, unless there is no question, no picture, no head to answer with, or an answer already. */
  async put(panel: Panel): Promise<void> {
    const input = this.#given();
    const { slot, folder, manifest } = panel;
    if (!input || !manifest || !this.knows(panel) || this.waits(panel)) return;
    const reply = this.reply(panel);
    if (reply?.trace && reply.folder === folder) return;
    const put = { folder, origin: originOf(manifest), input };
    this.#running = replaced(this.#running, slot, put);
    try {
      if (!(await panel.open())) return;
      const attentions = manifest.own?.writes?.asked ? 'all' : 'none';
      const ask = { task: 'answer', attentions } as const;
      const trace = await (await this.#engine()).run(folder, input, ask, `${slot} answer`);
      this.#keep(panel, { ...put, trace, sentence: null });
    } catch (error) {
      if (error instanceof Superseded) return;
      const sentence = error instanceof Error ? error.message : String(error);
      this.#keep(panel, { ...put, trace: null, sentence });
    } finally {
      if (this.#running[slot] === put) this.#running = replaced(this.#running, slot, null);
    }
  }

  #given(): Input | null {
    const input = this.#input();
    return input && this.#asked ? { ...input, caption: this.#asked } : null;
  }

  /** Whether what was put to a model is what the page holds now. */
  #same({ folder, input }: Put, panel: Panel): boolean {
    return folder === panel.folder && this.#holds(input);
  }

  #holds({ picture, crop, caption, second }: Input): boolean {
    const now = this.#given();
    return now?.picture === picture && now.crop === crop && now.caption === caption && now.second === second;
  }

  #keep(panel: Panel, reply: Reply): void {
    if (!this.#same(reply, panel)) return;
    this.#replies = replaced(this.#replies, panel.slot, reply);
    if (reply.trace) this.#answered(panel);
  }
}

function replaced<T>(list: readonly (T | null)[], at: number, value: T | null): (T | null)[] {
  const copy = [...list];
  copy[at] = value;
  return copy;
}
