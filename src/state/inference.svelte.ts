import type { Ablations } from './cause/ablations.svelte';
import { Rest } from './input/rest.svelte';
import type { Workspace } from './input/workspace.svelte';
import type { Lens } from './lens/lens.svelte';
import { lostWord } from './lens/reselect';
import type { Selection } from './lens/selection.svelte';
import type { Panel } from './panel/panel.svelte';
import type { Question } from './panel/question.svelte';
import type { Machine } from './set/machine.svelte';

/** Restarts after which the page stops running things by itself. */
const patience = 3;

/** What of a session is run. */
interface Session {
  workspace: Workspace;
  panels: readonly Panel[];
  /** By slot. */
  lenses: readonly Lens[];
  selection: Selection;
  ablations: Ablations;
  question: Question;
  machine: Machine;
}

/** When the models run: at once, as soon as the visitor rests, and anew after the engine was lost. */
export class Inference {
  readonly #session: Session;
  readonly #rest = new Rest();
  #restarts = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** True while something rests before it is run. */
  get waiting(): boolean {
    return this.#rest.waiting;
  }
  /** Seconds that a run has been taking when the visitor should be asked whether to go on; else null. */
  get stalled(): number | null {
    const { panels, ablations, question, machine } = this.#session;
    const busy = panels.some(({ activity }) => activity === 'running' || activity === 'loading');
    return busy || ablations.busy || question.busy ? machine.stalled : null;
  }

  /** What rests is not run: something else runs in its place. */
  drop(): void {
    this.#rest.drop();
  }

  /** Runs every panel once the visitor rests. */
  soon(): void {
    this.#rest.put(() => this.run());
  }

  /** Runs a new foil once the visitor rests, with the caption where that has not run either. */
  weighSoon(foil: string): void {
    if (this.#rest.whole) return this.soon();
    const { panels, workspace, ablations } = this.#session;
    this.#rest.put(async () => {
      const { input } = workspace;
      if (input) await Promise.all(panels.map((panel) => panel.weigh(input, foil)));
      ablations.refresh();
    }, false);
  }

  /** Runs every panel on what there is. */
  async run(): Promise<void> {
    await Promise.all(this.#session.panels.map((panel) => this.runPanel(panel)));
    this.keepWord();
  }

  /** Runs one panel, also after a failure. */
  async runPanel(panel: Panel): Promise<void> {
    const { workspace, ablations, question } = this.#session;
    const { input, foil } = workspace;
    if (input) await panel.run(input, foil);
    else await panel.open();
    void ablations.each[panel.slot].refresh();
    await question.put(panel);
  }

  /** Selects another word where the one that was selected is not in the caption any more. */
  keepWord(): void {
    const { lenses, workspace, selection } = this.#session;
    const word = lostWord(lenses, workspace.caption);
    if (word !== null) selection.selectWord(word);
  }

  /** Ends what runs; the visitor was told that it takes long, or asked for it. */
  async cancel(): Promise<void> {
    const { machine, panels } = this.#session;
    await machine.cancel();
    for (const panel of panels) if (panel.activity !== 'idle') panel.stop();
  }

  /** The engine was lost and started anew: the models are opened and run again, unless that has failed too often. */
  restarted(): void {
    const { machine, panels } = this.#session;
    const restarts = ++this.#restarts;
    for (const panel of panels) panel.reopen();
    if (restarts > patience) {
      for (const panel of panels) panel.stop();
      return;
    }
    void machine.look();
    void this.run().then(() => {
      if (restarts === this.#restarts && this.#session.panels.every(({ activity }) => activity === 'idle'))
        this.#restarts = 0;
    });
  }
}
