import { Matrices } from './matrix.svelte';

/** What the cells of an atlas show: small maps, a statistic of each head, or what switching it off changed. */
type Cells = (typeof allCells)[number];

export const allCells = ['maps', 'statistic', 'effect'] as const;

/** A group of a panel's modules that the visitor opened or folded. */
interface Fold {
  slot: number;
  group: string;
  open: boolean;
}

/** How heads are shown, whichever is chosen: the same for all panels, and kept by links and session files. */
export class Display {
  /** Identity of the drawer's tab that is open; an unknown one stands for the first, and none for what the models can be asked. */
  tab = $state('');
  /** Whether lines from words to patches are drawn over the picture. */
  lines = $state(false);
  cells = $state<Cells>('maps');
  /** Small maps drawn each to its own largest weight, or all of all panels to one. */
  scale = $state<'own' | 'common'>('own');
  /** What an effect is: the change of the caption's score, or of how far it lies above the foil's. */
  effect = $state<'score' | 'preference'>('score');
  /** Which figure is saved (its identity, or none for the first), on which ground, and at how many times its pixels. */
  figure = $state('');
  ground = $state<'light' | 'dark' | 'page'>('light');
  times = $state(2);
  readonly matrix = new Matrices();
  #folds = $state.raw<Readonly<Record<string, boolean>>>({});
  #lists = $state.raw<readonly number[]>([]);

  /** Whether the visitor opened a group of a panel's modules; null where he left that to the room there is. */
  opened(slot: number, group: string): boolean | null {
    return this.#folds[`${slot}.${group}`] ?? null;
  }

  fold(slot: number, group: string, open: boolean): void {
    this.#folds = { ...this.#folds, [`${slot}.${group}`]: open };
  }

  /** What the visitor opened and folded in the atlases, and nothing else. */
  get folds(): readonly Fold[] {
    return Object.entries(this.#folds).map(([id, open]) => {
      const [slot, group] = id.split('.');
      return { slot: Number(slot), group, open };
    });
  }
  set folds(folds: readonly Fold[]) {
    this.#folds = Object.fromEntries(folds.map(({ slot, group, open }) => [`${slot}.${group}`, open]));
  }

  /** Slots of the panels whose boxes are listed, to be worked on. */
  get lists(): readonly number[] {
    return this.#lists;
  }
  set lists(slots: readonly number[]) {
    this.#lists = slots;
  }

  list(slot: number, shown: boolean): void {
    this.#lists = [...this.#lists.filter((one) => one !== slot), ...(shown ? [slot] : [])];
  }
}
