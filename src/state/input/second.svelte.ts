import { defaultCrop } from '../../inputs/crop';
import type { Box, Input, Picture } from '../../trace/trace';
import { identityOf } from '../keep/identity';
import { decodePicture } from './picture';
import type { Decoded } from './picture';
import { fetchSamplePicture } from './samples';
import type { Sample } from './samples';

/** The file of a picture of the visitor's own, as it was given. */
export interface OwnPicture {
  /** 16 hexadecimal digits that stand for its content. */
  identity: string;
  file: File;
}

/** A second picture as an address names it: a sample, or one of the visitor's own by its identity, and the part of it that was seen. */
export interface Named {
  of: 'sample' | 'own';
  id: string;
  crop: Box | null;
}

/** The picture that models are given beside the first, which read a text with two of them. */
export class Second {
  #sample = $state.raw<Sample | null>(null);
  #own = $state.raw<OwnPicture | null>(null);
  #picture = $state.raw<Picture | null>(null);
  #image = $state.raw<ImageBitmap | null>(null);
  #crop = $state.raw<Box>([0, 0, 1, 1]);
  #notes = $state.raw<readonly string[]>([]);
  #problem = $state<string | null>(null);
  #decoding = $state(false);
  /** One that an address names and this browser does not hold. */
  #awaited = $state.raw<Named | null>(null);
  #order = 0;

  /** What a run takes; null until a second picture is there. */
  readonly given: Input['second'] | null = $derived(
    this.#picture && { picture: this.#picture, crop: this.#crop },
  );

  /** The sample that is shown; null for a picture of the visitor's own. */
  get sample(): Sample | null {
    return this.#sample;
  }
  get own(): OwnPicture | null {
    return this.#own;
  }
  get picture(): Picture | null {
    return this.#picture;
  }
  /** The same picture for the screen. */
  get image(): ImageBitmap | null {
    return this.#image;
  }
  get crop(): Box {
    return this.#crop;
  }
  /** File name of the visitor's picture or title of the sample; empty without one. */
  get name(): string {
    return this.#own?.file.name ?? this.#sample?.title ?? '';
  }
  /** What was done to the picture that may surprise, in sentences. */
  get notes(): readonly string[] {
    return this.#notes;
  }
  /** Why the last picture was refused; the one before it stays. */
  get problem(): string | null {
    return this.#problem;
  }
  get decoding(): boolean {
    return this.#decoding;
  }
  /** As an address names what is here, or what is awaited. */
  get named(): Named | null {
    if (!this.#picture) return this.#awaited;
    const start = defaultCrop(this.#picture, 1);
    const moved = start.some((value, index) => Math.abs(value - this.#crop[index]) > 1e-6);
    const crop = moved ? this.#crop : null;
    if (this.#own) return { of: 'own', id: this.#own.identity, crop };
    return this.#sample && { of: 'sample', id: this.#sample.id, crop };
  }

  /** @returns false when it was refused or a later choice overtook it */
  chooseSample(sample: Sample): Promise<boolean> {
    return this.#take(async () => {
      const decoded = await fetchSamplePicture(sample);
      return () => {
        this.#own = null;
        this.#sample = sample;
        this.#show(decoded);
      };
    });
  }

  /** @returns as `chooseSample` */
  usePicture(file: Blob): Promise<boolean> {
    return this.#take(async () => {
      const decoded = await decodePicture(file);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const identity = await identityOf(bytes);
      const name = file instanceof File ? file.name : 'pasted picture';
      return () => {
        this.#sample = null;
        this.#own = { identity, file: new File([bytes], name, { type: file.type }) };
        this.#show(decoded);
      };
    });
  }

  /** No second picture, or none until that of an address is given. */
  drop(awaited: Named | null = null): void {
    this.#order += 1;
    this.#sample = this.#own = this.#picture = this.#image = this.#problem = null;
    this.#notes = [];
    this.#decoding = false;
    this.#awaited = awaited;
  }

  /** `box` is inside [0, 1]. */
  cropTo(box: Box): void {
    this.#crop = box;
  }

  #show({ picture, image, notes }: Decoded): void {
    const awaited = this.#awaited;
    const known = awaited?.id === (this.#own?.identity ?? this.#sample?.id);
    this.#awaited = null;
    this.#picture = picture;
    this.#image = image;
    this.#notes = notes;
    this.#crop = (known && awaited?.crop) || defaultCrop(picture, 1);
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
