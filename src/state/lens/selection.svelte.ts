import type { Box } from '../../trace/trace';

/** A position that two models share: a word of the caption (its index), a special token, or the start of the answer that a model writes to it. */
export type Word = number | 'cls' | 'sep' | 'start';

/** x, y in [0, 1] of the upright picture: each model finds its own patch there. */
export type Point = readonly [x: number, y: number];

/** One head of one attention module, or the mean over its heads. */
export interface HeadChoice {
  attention: number;
  head: number | 'mean';
}

/** How a word is written, in lower case, and in which text: the page's caption (null) or that of a run from a file (its folder). */
export interface Spelling {
  run: string | null;
  text: string;
}

/**
 * What the pictures speak of: one word, named by its index and where another text may stand also by its spelling, or one place in the picture. A
 * region is its middle and its box, which other models answer with what lies in it; `picture` is 1 for a place in the second of two.
 */
export type Target =
  | { word: Word; of?: Spelling; point?: undefined; box?: undefined; picture?: undefined }
  | { point: Point; box?: Box; picture?: 0 | 1; word?: undefined; of?: undefined };

/** What is pointed at and what is chosen, apart from results so that hovering computes nothing again. */
export class Selection {
  #word = $state<Word | null>(null);
  #of = $state.raw<Spelling | undefined>();
  #point = $state.raw<Point | null>(null);
  #box = $state.raw<Box | undefined>();
  #picture = $state<1 | undefined>();
  #kind = $state<'word' | 'point'>('word');
  #also = $state.raw<readonly Target[]>([]);
  #hovered = $state.raw<Target | null>(null);
  #hoveredHead = $state.raw<{ slot: number; choice: HeadChoice } | null>(null);
  #heads = $state.raw<readonly (HeadChoice | null)[]>([]);

  /** Whether the target is read as a query (its row: what it looks at) or as a key (its column: what looks at it). */
  role = $state<'query' | 'key'>('query');

  /** Slot of the panel whose head was chosen last. */
  focus = $state(0);

  /** Which of two pictures heads of both, put together, are shown on. */
  turned = $state<0 | 1>(0);

  /** Which statistic layer profiles and atlases show. */
  statistic = $state('entropy');

  /** The selected target; null when nothing is selected. */
  readonly selected: Target | null = $derived.by(() => {
    if (this.#kind === 'point')
      return this.#point ? { point: this.#point, box: this.#box, picture: this.#picture } : null;
    return this.#word === null ? null : { word: this.#word, of: this.#of };
  });

  /** What every panel shows: the hovered target as a preview, else the selected one. */
  readonly target: Target | null = $derived(this.#hovered ?? this.selected);

  /** Everything that is selected, the first selected first: several words, or several places. */
  readonly together: readonly Target[] = $derived(this.selected ? [this.selected, ...this.#also] : []);

  /** As `target`, with everything that is selected together. */
  readonly targets: readonly Target[] = $derived(this.#hovered ? [this.#hovered] : this.together);

  get word(): Word | null {
    return this.#word;
  }

  get point(): Point | null {
    return this.#point;
  }

  get hovered(): Target | null {
    return this.#hovered;
  }

  /** A head that is pointed at, shown in its panel as a preview. */
  get hoveredHead(): { slot: number; choice: HeadChoice } | null {
    return this.#hoveredHead;
  }

  hoverHead(slot: number, choice: HeadChoice | null): void {
    this.#hoveredHead = choice && { slot, choice };
  }

  /** Chosen head of a panel; null stands for the best one. */
  head(slot: number): HeadChoice | null {
    return this.#heads[slot] ?? null;
  }

  hover(target: Target | null): void {
    this.#hovered = target;
  }

  selectWord(word: Word | null, of?: Spelling): void {
    if (this.#kind === 'point') this.role = 'query';
    this.#kind = 'word';
    this.#word = word;
    this.#of = of;
    this.#hovered = null;
    this.#also = [];
  }

  /** @param box of the region that it is the middle of */
  selectPoint(point: Point, box?: Box, picture: 0 | 1 = 0): void {
    if (this.#kind === 'word') this.role = 'query';
    this.#kind = 'point';
    this.#point = point;
    this.#box = box;
    this.#picture = picture || undefined;
    this.#hovered = null;
    this.#also = [];
  }

  /**
   * Selects one more word or place, or lets go of one that is selected; of the other kind, or as the first, it is selected alone.
   * @param alike whether two places are the same, as two points of one patch are
   */
  extend(target: Target, alike: (a: Target, b: Target) => boolean = same): void {
    const { together } = this;
    const mixed = together.length > 0 && kindOf(together[0]) !== kindOf(target);
    const rest = together.filter((one) => !alike(one, target));
    const next =
      mixed || !together.length ? [target] : rest.length < together.length ? rest : [...rest, target];
    const [first, ...also] = next.length ? next : together;
    const { role } = this;
    if (first.point) this.selectPoint(first.point, first.box, first.picture);
    else this.selectWord(first.word, first.of);
    if (!mixed) this.role = role;
    this.#also = also;
  }

  /** Back from a place in the picture to the word that was selected before. */
  releasePoint(): void {
    this.selectWord(this.#word, this.#of);
    this.#point = null;
  }

  chooseHead(slot: number, choice: HeadChoice | null): void {
    const heads = [...this.#heads];
    heads[slot] = choice;
    this.#hoveredHead = null;
    this.#heads = Array.from(heads, (head) => head ?? null);
  }

  /** A new picture: places in the old one mean nothing. */
  forgetPoint(): void {
    this.#hovered = null;
    if (this.#kind === 'point') this.releasePoint();
    else this.#point = null;
  }
}

/** Words, places in the picture, and places in the second of two are selected each with their like. */
const kindOf = ({ point, picture = 0 }: Target) => (point ? picture : 'word');

function same(a: Target, b: Target): boolean {
  if (a.point && b.point)
    return a.point.join() === b.point.join() && a.box?.join() === b.box?.join() && kindOf(a) === kindOf(b);
  return a.point === undefined && a.word === b.word;
}
