import { isRead } from '../../attention/blocks';
import { secondAt } from '../../trace/pair';
import type { Box, Slice, Stream, Token, Trace } from '../../trace/trace';
import type { Panel } from '../panel/panel.svelte';
import { nameOf } from './look';
import { answersTo } from './overlap';
import type { Point, Target, Word } from './selection.svelte';

type Places = Record<Stream, readonly number[]>;
type Region = Token & { box: Box };

/** Tokens of a picture that are regions with their places, all of them; else none. */
function regionsOf(tokens: readonly Token[]): Region[] {
  const laid = tokens.flatMap((token) =>
    token.role === 'region' && token.box ? [{ ...token, box: token.box }] : [],
  );
  return laid.length === tokens.length ? laid : [];
}

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

  /** Positions of the words and of the patches or regions in `tokens`, by the picture that they are read with: one, or two. */
  readonly sequences: readonly Places[] = $derived.by(() => {
    const { tokens } = this;
    const second = secondAt(tokens);
    return [[0, second] as const, [second, tokens.length] as const]
      .slice(0, second < tokens.length ? 2 : 1)
      .map(([start, end]): Places => {
        const positions = (wanted: (token: Token) => boolean) =>
          tokens.slice(start, end).flatMap((token, at) => (wanted(token) ? [start + at] : []));
        return {
          text: positions(isRead),
          image: positions(
            ({ stream, role }) => stream === 'image' && (role === 'patch' || role === 'region'),
          ),
        };
      });
  });

  /** Which of two pictures is shown, with the words as they are read with it; 0 for models of one. */
  get picture(): 0 | 1 {
    return 0;
  }

  /** Positions of the words and of the patches or regions that are shown. */
  readonly places: Places = $derived.by(() => this.sequences[this.picture] ?? this.sequences[0]);

  /** The picture that positions are read with; null for a stretch over both sequences. */
  pictureOf([start, end]: Slice): 0 | 1 | null {
    const second = secondAt(this.tokens);
    if (end <= second) return 0;
    return start >= second ? 1 : null;
  }

  /** What the picture is to a model of regions, in the order of `places.image`; empty for patches, and for regions that lie nowhere. */
  readonly regions: readonly Region[] = $derived.by(() =>
    regionsOf(this.places.image.map((position) => this.tokens[position])),
  );

  /** Positions of targets, each once; those that this model lacks are left out. @param picture that they are read with */
  locateAll(targets: readonly Target[], picture: 0 | 1 = this.picture): readonly (readonly number[])[] {
    const found = targets
      .map((target) => this.locate(target, picture))
      .filter((positions) => positions.length > 0);
    return found.filter(([first], at) => found.findIndex(([other]) => other === first) === at);
  }

  /** Positions of a target in this model's tokens. @param picture that it is read with */
  locate(target: Target | null, picture: 0 | 1 = this.picture): readonly number[] {
    const places = this.sequences.at(picture);
    if (!target || !places || (target.point && (target.picture ?? 0) !== picture)) return [];
    if (target.point)
      return this.#under(target.point, target.box, places).map((index) => places.image[index]);
    const { word, of } = target;
    const here = this.named(word, places);
    if (!of || of.run === (this.panel.imported?.folder ?? null) || this.#spell(here) === of.text) return here;
    const words = places.text.map((position) => this.named(nameOf(this.tokens[position]), places));
    return words.find((positions) => this.#spell(positions) === of.text) ?? [];
  }

  /** Positions of the pieces of a word. */
  named(word: Word | null, { text }: Places = this.places): number[] {
    return text.filter((position) => nameOf(this.tokens[position]) === word);
  }

  #spell(positions: readonly number[]): string {
    return positions
      .map((at) => (this.tokens[at].text ?? '').replace(/^##/, ''))
      .join('')
      .toLowerCase();
  }

  /** Indices of what lies at a place, or of what answers a region. */
  #under(point: Point, box: Box | undefined, places: Places): number[] {
    const tokens = places.image.map((position) => this.tokens[position]);
    const boxes = tokens.map((token) => token.box);
    const found = box ? answersTo(box, boxes, regionsOf(tokens).length > 0) : [];
    const patch = found.length ? null : this.patchAt(point, places);
    return patch === null ? found : [patch];
  }

  /** Index of the region that a target means; null for one that means none, and in models without regions. */
  regionOf(target: Target | null): number | null {
    if (!target?.point || !this.regions.length) return null;
    return this.#under(target.point, target.box, this.places).at(0) ?? null;
  }

  /** Index of the patch at a place of the picture, of the smallest region there; null outside of what the model sees. */
  patchAt([x, y]: Point, { image }: Places = this.places): number | null {
    let found: number | null = null;
    let least = Infinity;
    image.forEach((position, index) => {
      const box = this.tokens[position].box;
      const inside = box && x >= box[0] && y >= box[1] && x < box[0] + box[2] && y < box[1] + box[3];
      if (!inside || box[2] * box[3] >= least) return;
      [found, least] = [index, box[2] * box[3]];
    });
    return found;
  }

  /** The middle of a patch in the upright picture. */
  middle(patch: number, { image }: Places = this.places): Point | null {
    const box = this.tokens[image[patch]]?.box;
    return box ? [box[0] + box[2] / 2, box[1] + box[3] / 2] : null;
  }

  /** The word at a position as every panel finds it; null where there is none. */
  wordAt(position: number): Extract<Target, { word: Word }> | null {
    const word = this.tokens[position] ? nameOf(this.tokens[position]) : null;
    if (word === null) return null;
    return { word, of: { run: this.panel.imported?.folder ?? null, text: this.#spell(this.named(word)) } };
  }
}
