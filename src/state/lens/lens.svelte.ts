import { direction } from '../../attention/blocks';
import { column, rowTogether } from '../../attention/select';
import type { Head } from '../../attention/select';
import type { Manifest } from '../../architectures/manifest';
import type { Attention, Stream } from '../../trace/trace';
import type { Panel } from '../panel/panel.svelte';
import { partsOf } from '../panel/parts';
import type { Parts } from '../panel/parts';
import { Gathered } from './gathered.svelte';
import { even, nameOf, over, streamOf } from './look';
import type { Look } from './look';
import type { HeadChoice, Selection, Target } from './selection.svelte';
import { Sequence } from './sequence.svelte';

/** Positions of several targets, by the picture that they are read with. */
type Located = readonly [first: readonly (readonly number[])[], second: readonly (readonly number[])[]];

/** What one panel shows of what is selected: each panel has its own tokens, heads and patches. */
export class Lens extends Sequence {
  readonly selection: Selection;

  constructor(panel: Panel, selection: Selection) {
    super(panel);
    this.selection = selection;
  }

  /** Heads of this panel that were gathered, to be shown as one. */
  readonly gathered = new Gathered(() => this.trace);

  /** The modules of the run, and after them what the gathered heads are together. */
  readonly attentions: readonly Attention[] = $derived.by(() => {
    const own = this.trace?.attentions ?? [];
    const { attention } = this.gathered;
    return attention ? [...own, attention] : own;
  });

  /** The gathered heads as one that can be chosen; null when none are. */
  readonly aggregate: HeadChoice | null = $derived.by(() =>
    this.trace && this.gathered.heads.length ? { attention: this.trace.attentions.length, head: 0 } : null,
  );

  /** The picture of the head that is shown; for heads of both together the one that was asked for. */
  readonly #shown: 0 | 1 = $derived.by(() => {
    const { attention } = this;
    if (this.sequences.length < 2 || !attention) return 0;
    return this.pictureOf(attention.queries) ?? this.selection.turned;
  });

  override get picture(): 0 | 1 {
    return this.#shown;
  }

  /** Shows the other of two pictures: the same head as it looks at that one. */
  turn(picture: 0 | 1): void {
    const { settled, trace } = this;
    if (!trace || !settled || picture === this.picture) return;
    this.selection.turned = picture;
    const own = trace.attentions[settled.attention];
    if (!own) return;
    const like = trace.attentions.findIndex(
      ({ queries, layer, stage }) =>
        this.pictureOf(queries) === picture && layer === own.layer && stage === own.stage,
    );
    if (like >= 0) this.selection.chooseHead(this.panel.slot, { ...settled, attention: like });
  }

  /** Positions of each word or place that every panel shows now, together, by the picture that they are read with. */
  readonly #targets: Located = $derived.by(() => this.#locateIn(this.selection.targets));

  /** As the picture that is shown is read. */
  readonly targets: readonly (readonly number[])[] = $derived.by(() => this.#targets[this.picture]);

  /** Positions of what every panel shows now; empty where this model has no such token. */
  readonly target: readonly number[] = $derived(this.targets.flat());

  readonly targetStream: Stream = $derived.by(() => streamOf(this.selection.target));

  /** As `target` and `targetStream`, but for what is only pointed at: what follows from these stays as it is at a hover. */
  readonly #selected: Located = $derived.by(() => this.#locateIn(this.selection.together));
  readonly #selectedStream: Stream = $derived.by(() => streamOf(this.selection.selected));

  /** The head that is shown: the one pointed at, the chosen one, else the best one. */
  readonly choice: HeadChoice | null = $derived.by(() => {
    const hovered = this.selection.hoveredHead;
    if (hovered?.slot === this.panel.slot) return hovered.choice;
    return this.settled;
  });

  /** As `choice`, but for what is only pointed at. */
  readonly settled: HeadChoice | null = $derived.by(() => {
    const chosen = this.selection.head(this.panel.slot);
    return chosen && this.attentions[chosen.attention] ? chosen : this.best;
  });

  /** Words that look at patches point at what they name; patches that look at words name what they show. */
  readonly skill: 'pointing' | 'naming' = $derived.by(() =>
    this.targetStream === (this.selection.role === 'query' ? 'text' : 'image') ? 'pointing' : 'naming',
  );

  /** The best head of that skill on held-out scenes, with its share of hits; null where nobody measured. */
  readonly heldOut: NonNullable<Manifest['heads']>[string] | null = $derived.by(
    () => this.panel.manifest?.heads?.[this.skill] ?? null,
  );

  /** The head that grounds best in this direction on held-out scenes; without such a figure, the mean of the last module. */
  readonly best: HeadChoice | null = $derived.by(() => {
    const attentions = this.trace?.attentions ?? [];
    const entry = this.heldOut;
    const attention = attentions.findIndex(({ name }) => name === entry?.attention);
    if (entry && attention >= 0) return { attention, head: entry.head };
    return this.#last < 0 ? null : { attention: this.#last, head: 'mean' };
  });

  /** Index of the last module that looks across, or else within the target's stream; -1 when there is none. */
  readonly #last: number = $derived.by(() => {
    const attentions = this.trace?.attentions ?? [];
    const other = this.targetStream === 'text' ? 'image' : 'text';
    const from = this.selection.target?.picture ?? 0;
    const lastOver = (stream: Stream) =>
      attentions.findLastIndex(
        ({ queries }, index) => this.pictureOf(queries) === from && this.#look(index, 'mean', stream),
      );
    const across = lastOver(other);
    return across < 0 && !this.trace?.similarity ? lastOver(this.targetStream) : across;
  });

  /** Whether the shown head is the best one rather than one that the visitor chose. */
  readonly isBest: boolean = $derived.by(
    () => this.choice?.attention === this.best?.attention && this.choice?.head === this.best?.head,
  );

  readonly attention: Attention | null = $derived.by(
    () => (this.choice && this.attentions[this.choice.attention]) ?? null,
  );

  /** The head over the patches, null where it has none to show. */
  readonly overImage: Look | null = $derived.by(() => this.#chosen('image'));

  /** The head over the words, null where it has none to show. */
  readonly overText: Look | null = $derived.by(() => this.#chosen('text'));

  /** `overImage` and `overText` of what is selected and not only pointed at: what is read aloud does not follow the pointer. */
  readonly settledImage: Look | null = $derived.by(() => this.#resting('image'));
  readonly settledText: Look | null = $derived.by(() => this.#resting('text'));

  /** A dual encoder's score, taken apart for what is shown, while no head of it is; null for every other model. */
  readonly parts: Parts | null = $derived.by(() =>
    this.choice ? null : partsOf(this.trace, this.places, this.target, this.targetStream),
  );

  /** As `settledImage` is to `overImage`. */
  readonly settledParts: Parts | null = $derived.by(() => {
    if (this.settled) return null;
    return partsOf(this.trace, this.places, this.#selected[this.picture].flat(), this.#selectedStream);
  });

  #resting(stream: Stream): Look | null {
    const { settled } = this;
    if (!settled) return null;
    return this.#read(settled.attention, settled.head, stream, this.#selected, this.#selectedStream);
  }

  #chosen(stream: Stream): Look | null {
    return this.choice && this.#look(this.choice.attention, this.choice.head, stream);
  }

  /** Whether an attention module has the target among its queries (or keys, as `role` says). */
  relates(attention: number): boolean {
    const module = this.attentions[attention];
    if (!module) return false;
    const [start, end] = this.selection.role === 'query' ? module.queries : module.keys;
    const target = this.#targets[this.#pictureIn(module)].flat();
    return target.length > 0 && target.every((position) => position >= start && position < end);
  }

  /** A head in small: over the other stream, else over the target's own; null where the module has no map of the target. */
  thumb(attention: number, head: Head): Look | null {
    const other = this.targetStream === 'text' ? 'image' : 'text';
    return this.#look(attention, head, other) ?? this.#look(attention, head, this.targetStream);
  }

  /** Every word with what the shown head gives it over the patches, as the part of the selection says. */
  get links(): readonly { text: string; weights: Float32Array; selected: boolean }[] {
    const { choice } = this;
    if (!choice) return [];
    const names = this.places.text.map((position) => nameOf(this.tokens[position]));
    return names.flatMap((name, at) => {
      if (typeof name !== 'number' || names.indexOf(name) < at) return [];
      const positions = this.named(name);
      const look = this.#read(choice.attention, choice.head, 'image', [[positions], [positions]], 'text');
      const text = positions.map((at) => (this.tokens[at].text ?? '').replace(/^##/, '')).join('');
      const selected = positions.some((at) => this.target.includes(at));
      return look ? [{ text, weights: look.weights, selected }] : [];
    });
  }

  #locateIn(targets: readonly Target[]): Located {
    return [this.locateAll(targets, 0), this.sequences.length > 1 ? this.locateAll(targets, 1) : []];
  }

  /** The picture that a module's sequence has; the one that is shown for heads of both together. */
  #pictureIn({ queries }: Attention): 0 | 1 {
    return this.pictureOf(queries) ?? this.picture;
  }

  #look(index: number, head: Head, stream: Stream): Look | null {
    return this.#read(index, head, stream, this.#targets, this.targetStream);
  }

  /** A head over `stream`, for the tokens at some positions of the stream `own`, by the picture that they are read with. */
  #read(index: number, head: Head, stream: Stream, located: Located, own: Stream): Look | null {
    const attention = this.attentions[index];
    if (!attention) return null;
    const picture = this.#pictureIn(attention);
    const groups = located[picture];
    const { role } = this.selection;
    const side = role === 'query' ? attention.keys : attention.queries;
    const weights = over(side, (this.sequences[picture] ?? this.places)[stream], stream, (others) =>
      role === 'query'
        ? rowTogether(attention, head, groups, others)
        : column(attention, head, groups.flat(), others),
    );
    if (!weights) return null;
    const mine = this.tokens[groups[0]?.[0]]?.stream === 'query' ? 'learnt' : own;
    const [query, key] = role === 'query' ? [mine, stream] : [stream, mine];
    return { stream, weights, direction: direction(query, key), even: even(attention) };
  }
}
