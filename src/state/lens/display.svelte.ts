/** What the cells of an atlas show: small maps, a statistic of each head, or what switching it off changed. */
type Cells = (typeof allCells)[number];

export const allCells = ['maps', 'statistic', 'effect'] as const;

/** How heads are shown, whichever is chosen: the same for all panels, and kept by links and session files. */
export class Display {
  /** Identity of the drawer's tab that is open; an unknown one stands for the first. */
  tab = $state('off');
  /** Whether lines from words to patches are drawn over the picture. */
  lines = $state(false);
  cells = $state<Cells>('maps');
  /** Small maps drawn each to its own largest weight, or all of all panels to one. */
  scale = $state<'own' | 'common'>('own');
  /** What an effect is: the change of the caption's score, or of how far it lies above the foil's. */
  effect = $state<'score' | 'preference'>('score');
  #folds = $state.raw<Readonly<Record<string, boolean>>>({});

  /** Whether the visitor opened a group of a panel's modules; null where he left that to the room there is. */
  opened(slot: number, group: string): boolean | null {
    return this.#folds[`${slot}.${group}`] ?? null;
  }

  fold(slot: number, group: string, open: boolean): void {
    this.#folds = { ...this.#folds, [`${slot}.${group}`]: open };
  }
}
