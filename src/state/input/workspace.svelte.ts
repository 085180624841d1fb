import { defaultCrop } from '../../inputs/crop';
import type { Box, Features, Input, Picture } from '../../trace/trace';
import { identityOf } from '../keep/identity';
import { decodePicture } from './picture';
import type { Decoded } from './picture';
import { readHeld } from './features';
import { Regions } from './regions.svelte';
import { carryFoil } from './foil';
import type { Sample } from './samples';
import { Second } from './second.svelte';
import type { OwnPicture } from './second.svelte';
import { fetchSamplePicture } from './samples';

/** A picture of the visitor's own that an address names and this browser does not hold, which part of it was seen, and the boxes on it. */
interface Awaited {
  identity: string;
  crop: Box | null;
  boxes?: readonly Box[] | null;
}

/** What the models are given: a picture, the part of it they see, a caption and a foil. */
export class Workspace {
  readonly #listed = Promise.withResolvers<void>();
  #samples = $state.raw<readonly Sample[]>([]);
  #sample = $state.raw<Sample | null>(null);
  #picture = $state.raw<Picture | null>(null);
  #image = $state.raw<ImageBitmap | null>(null);
  #own = $state.raw<OwnPicture | null>(null);
  #awaited = $state.raw<Awaited | null>(null);
  #name = $state('');
  #crop = $state.raw<Box>([0, 0, 1, 1]);
  #notes = $state.raw<readonly string[]>([]);
  #problem = $state<string | null>(null);
  #decoding = $state(false);
  #order = 0;
  /** The last caption and foil that belong together: those of a sample, or as the visitor wrote the foil. */
  #pair = { caption: '', foil: '' };

  caption = $state('');
  foil = $state('');

  readonly regions = new Regions();

  /** The picture beside it, for models that read two. */
  readonly second = new Second();

  /** What a run takes; null until a picture is there. */
  readonly input: Input | null = $derived(
    this.#picture && {
      picture: this.#picture,
      crop: this.#crop,
      caption: this.caption,
      ...(this.regions.boxes && { boxes: this.regions.boxes }),
      ...(this.regions.features && { features: this.regions.features }),
      ...(this.second.given && { second: this.second.given }),
    },
  );

  get samples(): readonly Sample[] {
    return this.#samples;
  }
  /** The sample that is shown; null for a picture of the visitor's own. */
  get sample(): Sample | null {
    return this.#sample;
  }
  /** The visitor's own picture; null for a sample. */
  get own(): OwnPicture | null {
    return this.#own;
  }
  /** The picture that is missing: when it is given, it takes its place as it was. */
  get awaited(): Awaited | null {
    return this.#awaited;
  }
  get picture(): Picture | null {
    return this.#picture;
  }
  /** The same picture for the screen. */
  get image(): ImageBitmap | null {
    return this.#image;
  }
  /** File name of the visitor's picture or title of the sample. */
  get name(): string {
    return this.#name;
  }
  get crop(): Box {
    return this.#crop;
  }
  /** True once the visitor has moved the crop away from the centred square. */
  get cropped(): boolean {
    const start = this.#picture && defaultCrop(this.#picture, 1);
    return start !== null && start.some((value, index) => Math.abs(value - this.#crop[index]) > 1e-6);
  }
  /** What was done to the picture that may surprise, and what came with it, in sentences. */
  get notes(): readonly string[] {
    const { held } = this.regions;
    return held ? [...this.#notes, sayHeld(held.features)] : this.#notes;
  }
  /** Why the last picture was refused; the one before it stays. */
  get problem(): string | null {
    return this.#problem;
  }
  get decoding(): boolean {
    return this.#decoding;
  }
  /** Counts what was asked for: whoever waited finds out whether the visitor was faster. */
  get turn(): number {
    return this.#order;
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
    return this.#take(async () => {
      const decoded = await fetchSamplePicture(sample);
      return () => {
        this.#sample = sample;
        this.#own = null;
        this.#name = sample.title;
        this.caption = words.caption ?? sample.caption;
        this.foil = words.foil ?? carryFoil(sample, this.caption);
        this.#pair = words.foil == null ? sample : { caption: this.caption, foil: words.foil };
        this.#show(decoded);
      };
    });
  }

  /** Takes a picture of the visitor's own; the caption stays, and a foil that the visitor wrote. @returns as `chooseSample`. */
  async usePicture(file: Blob): Promise<boolean> {
    return this.#take(async () => {
      const decoded = await decodePicture(file);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const identity = await identityOf(bytes);
      return () => {
        if (this.#sample && this.#pair === this.#sample) this.typeFoil('');
        this.#sample = null;
        this.#name = file instanceof File ? file.name : 'pasted picture';
        this.#own = { identity, file: new File([bytes], this.#name, { type: file.type }) };
        this.#show(decoded);
      };
    });
  }

  /**
   * Takes what a detector elsewhere made of the picture; one that is refused leaves what was there.
   * @param kept as this page wrote it of this very picture
   * @returns as `chooseSample`
   */
  async useFeatures(files: readonly File[], kept = false): Promise<boolean> {
    const picture = this.#picture;
    return this.#take(async () => {
      if (!picture)
        throw new Error(
          `Expected a picture for ${files.map(({ name }) => name).join(', ')}: drop it first, or both together.`,
        );
      const name = kept || !this.#own || isPasted(this.#own.file) ? null : this.#own.file.name;
      const held = await readHeld(files, { name, width: picture.width, height: picture.height });
      return () => this.regions.hold(held);
    });
  }

  /** Takes words as they are, and no picture until theirs is given. */
  await(picture: Awaited, caption: string, foil: string): void {
    this.#order += 1;
    this.#awaited = picture;
    this.#sample = this.#own = this.#picture = this.#image = null;
    this.#name = '';
    this.#notes = [];
    this.#problem = null;
    this.#decoding = false;
    this.caption = caption;
    this.foil = foil;
  }

  /** `box` is inside [0, 1]; the models see it as a square. */
  cropTo(box: Box): void {
    this.#crop = box;
    this.regions.draw(null);
  }

  /** Says why nothing was taken, e.g. for a dropped text. */
  refuse(sentence: string): void {
    this.#problem = sentence;
  }

  /** A new picture, as it is at first, or as it was when an address named it. */
  #show({ picture, image, notes }: Decoded): void {
    const awaited = this.#own && this.#own.identity === this.#awaited?.identity ? this.#awaited : null;
    this.#awaited = null;
    this.#picture = picture;
    this.#image = image;
    this.#notes = notes;
    this.#crop = awaited?.crop ?? defaultCrop(picture, 1);
    this.regions.forget();
    this.regions.draw(awaited?.boxes ?? null);
  }

  /** Does what may fail, and settles it unless something was asked for later. */
  async #take(work: () => Promise<() => void>): Promise<boolean> {
    const order = ++this.#order;
    this.#decoding = true;
    try {
      const settle = await work();
      if (order !== this.#order) return false;
      settle();
      this.#problem = null;
      return true;
    } catch (error) {
      if (order === this.#order) this.#problem = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      if (order === this.#order) this.#decoding = false;
    }
  }
}

/** Browsers give pictures from the clipboard this name. */
const isPasted = ({ name }: File) => name === 'image.png' || name === 'pasted picture';

function sayHeld({ vectors, origin }: Features): string {
  const [count] = vectors.dims;
  return `${origin}: ${count} ${count === 1 ? 'region' : 'regions'}, for models that are given them in place of the picture.`;
}
