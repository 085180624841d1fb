import type { Box, Features, Input } from '../../trace/trace';
import { readHeld } from './features';
import { Regions } from './regions.svelte';
import { carryFoil } from './foil';
import type { Sample } from './samples';
import { Second } from './second.svelte';
import { Taken } from './taken.svelte';

/** A picture of the visitor's own that an address names and this browser does not hold, which part of it was seen, and the boxes on it. */
interface Awaited {
  identity: string;
  crop: Box | null;
  boxes?: readonly Box[] | null;
}

/** What the models are given: a picture, the part of it they see, a caption and a foil. */
export class Workspace extends Taken {
  readonly #listed = Promise.withResolvers<void>();
  #samples = $state.raw<readonly Sample[]>([]);
  #awaited = $state.raw<Awaited | null>(null);
  /** The last caption and foil that belong together: those of a sample, or as the visitor wrote the foil. */
  #pair = { caption: '', foil: '' };

  caption = $state('');
  foil = $state('');

  readonly regions = new Regions();

  /** The picture beside it, for models that read two. */
  readonly second = new Second();

  /** What a run takes; null until a picture is there. */
  readonly input: Input | null = $derived(
    this.picture && {
      picture: this.picture,
      crop: this.crop,
      caption: this.caption,
      ...(this.regions.boxes && { boxes: this.regions.boxes }),
      ...(this.regions.features && { features: this.regions.features }),
      ...(this.second.given && { second: this.second.given }),
    },
  );

  get samples(): readonly Sample[] {
    return this.#samples;
  }
  /** The picture that is missing: when it is given, it takes its place as it was. */
  get awaited(): Awaited | null {
    return this.#awaited;
  }
  /** What was done to the picture that may surprise, and what came with it, in sentences. */
  override get notes(): readonly string[] {
    const { held } = this.regions;
    return held ? [...super.notes, sayHeld(held.features)] : super.notes;
  }

  /** A foil says one thing otherwise than its caption: another caption takes the edit over where it can, else it has no foil. */
  typeCaption(caption: string): void {
    this.caption = caption;
    this.foil = carryFoil(this.#pair, caption);
  }

  typeFoil(foil: string): void {
    this.foil = foil;
    this.#pair = { caption: this.caption, foil };
  }

  offer(samples: readonly Sample[]): void {
    this.#samples = samples;
    this.#listed.resolve();
  }
  /** Settles once samples are offered. */
  get listed(): Promise<void> {
    return this.#listed.promise;
  }

  /** Takes a sample with its caption and foil. @returns false when it was refused or a later choice overtook it. */
  async chooseSample(
    sample: Sample,
    words: { caption?: string | null; foil?: string | null } = {},
  ): Promise<boolean> {
    return this.takeSample(sample, () => {
      this.caption = words.caption ?? sample.caption;
      this.foil = words.foil ?? carryFoil(sample, this.caption);
      this.#pair = words.foil == null ? sample : { caption: this.caption, foil: words.foil };
      this.#settle();
    });
  }

  /** Takes a picture of the visitor's own; the caption stays, and a foil that the visitor wrote. @returns as `chooseSample`. */
  async usePicture(file: Blob): Promise<boolean> {
    const former = this.sample;
    return this.takeFile(file, () => {
      if (former && this.#pair === former) this.typeFoil('');
      this.#settle();
    });
  }

  /**
   * Takes what a detector elsewhere made of the picture; one that is refused leaves what was there.
   * @param kept as this page wrote it of this very picture
   * @returns as `chooseSample`
   */
  async useFeatures(files: readonly File[], kept = false): Promise<boolean> {
    const picture = this.picture;
    return this.take(async () => {
      if (!picture)
        throw new Error(
          `Expected a picture for ${files.map(({ name }) => name).join(', ')}: drop it first, or both together.`,
        );
      const name = kept || !this.own || isPasted(this.own.file) ? null : this.own.file.name;
      const held = await readHeld(files, { name, width: picture.width, height: picture.height });
      return () => this.regions.hold(held);
    });
  }

  /** Takes words as they are, and no picture until theirs is given. */
  await(picture: Awaited, caption: string, foil: string): void {
    this.leave();
    this.#awaited = picture;
    this.caption = caption;
    this.foil = foil;
  }

  /** `box` is inside [0, 1]; the models see it as a square. */
  override cropTo(box: Box): void {
    super.cropTo(box);
    this.regions.draw(null);
  }

  /** A new picture, as it is at first, or as it was when an address named it. */
  #settle(): void {
    const awaited = this.own && this.own.identity === this.#awaited?.identity ? this.#awaited : null;
    this.#awaited = null;
    if (awaited?.crop) super.cropTo(awaited.crop);
    this.regions.forget();
    this.regions.draw(awaited?.boxes ?? null);
  }
}

/** Browsers give pictures from the clipboard this name. */
const isPasted = ({ name }: File) => name === 'image.png' || name === 'pasted picture';

function sayHeld({ vectors, origin }: Features): string {
  const [count] = vectors.dims;
  return `${origin}: ${count} ${count === 1 ? 'region' : 'regions'}, for models that are given them in place of the picture.`;
}
