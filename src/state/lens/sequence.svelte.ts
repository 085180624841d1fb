import { isRead } from '../../attention/blocks';
import type { Box, Stream, Token, Trace } from '../../trace/trace';
import type { Panel } from '../panel/panel.svelte';
import { nameOf } from './look';
import { answersTo } from './overlap';
import type { Point, Target, Word } from './selection.svelte';

/** The tokens that the model of one panel reads, text and picture, and where words and places are among them. */
export class Sequence {
  readonly panel: Panel;

  constructor(panel: Panel) {
    this.panel = panel;
  }

  /** True while a newer caption was read and no run of it is under way: the last run speaks of other words. */
  readonly behind: boolean = $derived.by(() => {
    const { trace, reading, activity } = this.panel;
    const waiting = activity === 'failed' || activity === 'loading';
    return waiting && reading !== null && trace?.caption !== reading.caption;
  });

  /** The run that is shown, null while it is of another picture or of other words. */
  readonly trace: Trace | null = $derived.by(() =>
    this.panel.fresh && !this.behind ? this.panel.trace : null,
  );

  /** Tokens of the run, or of the caption alone where there is no run of it. */
  readonly tokens: readonly Token[] = $derived.by(() => {
    const { trace, reading } = this.panel;
    const read = reading?.reading.tokens ?? [];
    return this.behind ? read : (trace?.tokens ?? read);
  });

  /** Positions of the words and of the patches or regions in `tokens`. */
  readonly places: Record<Stream, readonly number[]> = $derived.by(() => {
    const positions = (wanted: (token: Token) => boolean) =>
      this.tokens.flatMap((token, position) => (wanted(token) ? [position] : []));
    return {
      text: positions(isRead),
      image: positions(({ stream, role }) => stream === 'image' && (role === 'patch' || role === 'region')),
    };
  });

  /** What the picture is to a model of regions, in the order of `places.image`; empty for patches, and for regions that lie nowhere. */
  readonly regions: readonly (Token & { box: Box })[] = $derived.by(() => {
    const tokens = this.places.image.map((position) => this.tokens[position]);
    const laid = tokens.flatMap((token) =>
      token.role === 'region' && token.box ? [{ ...token, box: token.box }] : [],
    );
    return laid.length === tokens.length ? laid : [];
  });

  /** Positions of targets, each once; those that this model lacks are left out. */
  locateAll(targets: readonly Target[]): readonly (readonly number[])[] {
    const found = targets.map((target) => this.locate(target)).filter((positions) => positions.length > 0);
    return found.filter(([first], at) => found.findIndex(([other]) => other === first) === at);
  }

  /** Positions of a target in this model's tokens. */
  locate(target: Target | null): readonly number[] {
    if (!target) return [];
    if (target.point) return this.#under(target.point, target.box).map((index) => this.places.image[index]);
    const { word, of } = target;
    const here = this.named(word);
    if (!of || of.run === (this.panel.imported?.folder ?? null) || this.#spell(here) === of.text) return here;
    const words = this.places.text.map((position) => this.named(nameOf(this.tokens[position])));
    return words.find((positions) => this.#spell(positions) === of.text) ?? [];
  }

  /** Positions of the pieces of a word. */
  named(word: Word | null): number[] {
    return this.places.text.filter((position) => nameOf(this.tokens[position]) === word);
  }

  #spell(positions: readonly number[]): string {
    return positions
      .map((at) => (this.tokens[at].text ?? '').replace(/^##/, ''))
      .join('')
      .toLowerCase();
  }

  /** Indices of what lies at a place, or of what answers a region. */
  #under(point: Point, box: Box | undefined): number[] {
    const boxes = this.places.image.map((position) => this.tokens[position].box);
    const found = box ? answersTo(box, boxes, this.regions.length > 0) : [];
    const patch = found.length ? null : this.patchAt(point);
    return patch === null ? found : [patch];
  }

  /** Index of the region that a target means; null for one that means none, and in models without regions. */
  regionOf(target: Target | null): number | null {
    if (!target?.point || !this.regions.length) return null;
    return this.#under(target.point, target.box).at(0) ?? null;
  }

  /** Index of the patch at a place of the picture, of the smallest region there; null outside of what the model sees. */
  patchAt([x, y]: Point): number | null {
    let found: number | null = null;
    let least = Infinity;
    this.places.image.forEach((position, index) => {
      const box = this.tokens[position].box;
      const inside = box && x >= box[0] && y >= box[1] && x < box[0] + box[2] && y < box[1] + box[3];
      if (!inside || box[2] * box[3] >= least) return;
      [found, least] = [index, box[2] * box[3]];
    });
    return found;
  }

  /** The middle of a patch in the upright picture. */
  middle(patch: number): Point | null {
    const box = this.tokens[this.places.image[patch]]?.box;
    return box ? [box[0] + box[2] / 2, box[1] + box[3] / 2] : null;
  }

  /** The word at a position as every panel finds it; null where there is none. */
  wordAt(position: number): Extract<Target, { word: Word }> | null {
    const word = this.tokens[position] ? nameOf(this.tokens[position]) : null;
    if (word === null) return null;
    return { word, of: { run: this.panel.imported?.folder ?? null, text: this.#spell(this.named(word)) } };
  }
}
