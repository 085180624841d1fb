import type { Panel } from './panel.svelte';

/** The panels that stand beside each other, out of as many as there can be. A panel keeps its slot whatever is taken away. */
export class Beside {
  /** By slot, also those that are closed. */
  readonly all: readonly Panel[];
  #open = $state.raw<readonly Panel[]>([]);

  constructor(all: readonly Panel[]) {
    this.all = all;
    this.#open = all;
  }

  /** In their order on the page. */
  get open(): readonly Panel[] {
    return this.#open;
  }
  /** Whether one more can stand beside them. */
  get hasRoom(): boolean {
    return this.#open.length < this.all.length;
  }

  /** Opens the first `count` of them, all for 0, and closes the others. */
  reset(count: number): void {
    const wanted = count || this.all.length;
    for (const panel of this.all.slice(wanted)) panel.close();
    this.#open = this.all.slice(0, wanted);
  }

  /** Where a run from a file goes: the panel that was asked for, else the one that waits for it, else the last that holds a model. */
  placeFor(folder: string, slot: number | null): Panel {
    const asked = this.#open.find((panel) => panel.slot === slot);
    const waiting = this.#open.find((panel) => panel.folder === folder && !panel.imported);
    const free = this.#open.findLast(({ imported }) => !imported);
    return asked ?? waiting ?? free ?? this.#open[this.#open.length - 1];
  }

  /** @returns the panel that was opened beside the others; null where there is no room */
  add(): Panel | null {
    const panel = this.all.find((one) => !this.#open.includes(one)) ?? null;
    if (panel) this.#open = [...this.#open, panel];
    return panel;
  }

  /** Closes one; the last stays. @returns whether it was closed */
  remove(panel: Panel): boolean {
    if (this.#open.length < 2) return false;
    this.#open = this.#open.filter((one) => one !== panel);
    panel.close();
    return true;
  }
}
