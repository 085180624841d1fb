import type { Box, Input } from '../../trace/trace';
import type { Sample } from './samples';
import { Taken } from './taken.svelte';

/** A second picture as an address names it: a sample, or one of the visitor's own by its identity, and the part of it that was seen. */
export interface Named {
  of: 'sample' | 'own';
  id: string;
  crop: Box | null;
}

/** The picture that models are given beside the first, which read a text with two of them. */
export class Second extends Taken {
  /** One that an address names and this browser does not hold. */
  #awaited = $state.raw<Named | null>(null);

  /** What a run takes; null until a second picture is there. */
  readonly given: Input['second'] | null = $derived(
    this.picture && { picture: this.picture, crop: this.crop },
  );

  /** As an address names what is here, or what is awaited. */
  get named(): Named | null {
    if (!this.picture) return this.#awaited;
    const crop = this.cropped ? this.crop : null;
    if (this.own) return { of: 'own', id: this.own.identity, crop };
    return this.sample && { of: 'sample', id: this.sample.id, crop };
  }

  /** @returns false when it was refused or a later choice overtook it */
  chooseSample(sample: Sample): Promise<boolean> {
    return this.takeSample(sample, () => this.#settle(sample.id));
  }

  /** @returns as `chooseSample` */
  usePicture(file: Blob): Promise<boolean> {
    return this.takeFile(file, () => this.#settle(this.own?.identity));
  }

  /** No second picture, or none until that of an address is given. */
  drop(awaited: Named | null = null): void {
    this.leave();
    this.#awaited = awaited;
  }

  /** The picture of the address is shown as it was seen there. */
  #settle(id: string | undefined): void {
    const awaited = this.#awaited;
    this.#awaited = null;
    if (awaited?.crop && awaited.id === id) this.cropTo(awaited.crop);
  }
}
