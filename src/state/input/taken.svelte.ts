import { defaultCrop } from '../../inputs/crop';
import type { Box, Picture } from '../../trace/trace';
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

/** A picture that was taken, a sample or the visitor's own, and the part of it that models see: what is asked for last stays, and one that is refused leaves the one before it. */
export class Taken {
  #sample = $state.raw<Sample | null>(null);
  #own = $state.raw<OwnPicture | null>(null);
  #picture = $state.raw<Picture | null>(null);
  #image = $state.raw<ImageBitmap | null>(null);
  #crop = $state.raw<Box>([0, 0, 1, 1]);
  #notes = $state.raw<readonly string[]>([]);
  #problem = $state<string | null>(null);
  #decoding = $state(false);
  #order = 0;

  /** The sample that is shown; null for a picture of the visitor's own. */
  get sample(): Sample | null {
    return this.#sample;
  }
  /** The visitor's own picture; null for a sample. */
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
  /** The part of it that models see, inside [0, 1]. */
  get crop(): Box {
    return this.#crop;
  }
  /** True once that is another part than the centred square. */
  get cropped(): boolean {
    const start = this.#picture && defaultCrop(this.#picture, 1);
    return start !== null && start.some((value, index) => Math.abs(value - this.#crop[index]) > 1e-6);
  }
  /** File name of the visitor's picture or title of the sample; empty without a picture. */
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
  /** Counts what was asked for: whoever waited finds out whether the visitor was faster. */
  get turn(): number {
    return this.#order;
  }

  /** Takes a sample. @param settle is called with its picture in place @returns false when it was refused or a later choice overtook it */
  protected takeSample(sample: Sample, settle: () => void): Promise<boolean> {
    return this.take(async () => {
      const decoded = await fetchSamplePicture(sample);
      return () => {
        this.#sample = sample;
        this.#own = null;
        this.#show(decoded);
        settle();
      };
    });
  }

  /** Takes a picture of the visitor's own. @returns as `takeSample` */
  protected takeFile(file: Blob, settle: () => void): Promise<boolean> {
    return this.take(async () => {
      const decoded = await decodePicture(file);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const identity = await identityOf(bytes);
      const name = file instanceof File ? file.name : 'pasted picture';
      return () => {
        this.#sample = null;
        this.#own = { identity, file: new File([bytes], name, { type: file.type }) };
        this.#show(decoded);
        settle();
      };
    });
  }

  /** Does what may fail, and settles it unless something was asked for later. @returns whether it did */
  protected async take(work: () => Promise<() => void>): Promise<boolean> {
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

  /** No picture any more; what is under way comes too late. */
  protected leave(): void {
    this.#order += 1;
    this.#sample = this.#own = this.#picture = this.#image = this.#problem = null;
    this.#notes = [];
    this.#decoding = false;
  }

  /** `box` is inside [0, 1]; the models see it as a square. */
  cropTo(box: Box): void {
    this.#crop = box;
  }

  /** Says why nothing was taken, e.g. for a dropped text. */
  refuse(sentence: string): void {
    this.#problem = sentence;
  }

  #show({ picture, image, notes }: Decoded): void {
    this.#picture = picture;
    this.#image = image;
    this.#notes = notes;
    this.#crop = defaultCrop(picture, 1);
  }
}
