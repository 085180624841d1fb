import type { Manifest } from '../../architectures/manifest';
import type { Reading, Trace } from '../../trace/trace';

/** Words of a caption that were hidden, and what the model guessed in their place. */
export interface Masked {
  words: readonly number[];
  trace: Trace;
}

/** What came back for one panel, and what it is of. Every way of getting a result is one method, so that none is left half old. */
export class Results {
  #reading = $state.raw<{ caption: string; reading: Reading } | null>(null);
  #trace = $state.raw<Trace | null>(null);
  #foil = $state.raw<Trace | null>(null);
  #foilSentence = $state<string | null>(null);
  #masked = $state.raw<Masked | null>(null);
  #recorded = $state(false);
  #fresh = $state(false);
  #former = $state.raw<Manifest | null>(null);

  get reading(): { caption: string; reading: Reading } | null {
    return this.#reading;
  }
  get trace(): Trace | null {
    return this.#trace;
  }
  get foil(): Trace | null {
    return this.#foil;
  }
  get foilSentence(): string | null {
    return this.#foilSentence;
  }
  get masked(): Masked | null {
    return this.#masked;
  }
  get recorded(): boolean {
    return this.#recorded;
  }
  get fresh(): boolean {
    return this.#fresh;
  }
  /** The model that the results are of, where that is not the one that was chosen. */
  get former(): Manifest | null {
    return this.#former;
  }

  clear(): void {
    this.#trace = this.#foil = this.#masked = this.#former = this.#reading = this.#foilSentence = null;
    this.#recorded = this.#fresh = false;
  }

  /** Another model was chosen: what there is stays to look at when its manifest is given, and is forgotten without it. */
  keepOf(former: Manifest | null): void {
    if (!former) this.clear();
    this.#former = former;
  }

  /** The picture is another one. */
  outdate(): void {
    this.#fresh = false;
    this.#masked = null;
  }

  /** A run from a file, in place of a model's. */
  putImported(trace: Trace): void {
    this.#trace = trace;
    this.#fresh = true;
  }

  /** Runs that were recorded, unless a live one of the same picture came first. */
  putRecorded(trace: Trace, foil: Trace | null): void {
    if (this.#fresh && !this.#former) return;
    this.#trace = trace;
    this.putFoil(foil);
    this.#masked = this.#former = null;
    this.#recorded = this.#fresh = true;
  }

  /** A run of the caption; the foil of another model goes, that of an earlier caption stays until its own has run. */
  putRun(trace: Trace): void {
    this.#trace = trace;
    if (this.#former) this.#foil = null;
    this.#masked = this.#former = null;
    this.#recorded = false;
    this.#fresh = true;
  }

  putReading(reading: { caption: string; reading: Reading } | null): void {
    this.#reading = reading;
  }

  /** @param sentence why there is none */
  putFoil(foil: Trace | null, sentence: string | null = null): void {
    this.#foil = foil;
    this.#foilSentence = sentence;
  }

  putMasked(masked: Masked | null): void {
    this.#masked = masked;
  }
}
