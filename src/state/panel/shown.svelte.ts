import type { Reading, Trace } from '../../trace/trace';
import { Results } from './results.svelte';
import type { Masked } from './results.svelte';

/** What a panel shows, whatever it is busy with. */
export class Shown {
  protected readonly results = new Results();

  /** Tokens of the newest caption that was read, with that caption. */
  get reading(): { caption: string; reading: Reading } | null {
    return this.results.reading;
  }
  get trace(): Trace | null {
    return this.results.trace;
  }
  /** The run of the foil, without its attention. */
  get foil(): Trace | null {
    return this.results.foil;
  }
  /** Why the foil could not be run; null where it was, or there is none. */
  get foilSentence(): string | null {
    return this.results.foilSentence;
  }
  /** The run with words hidden, and which words they were. */
  get masked(): Masked | null {
    return this.results.masked;
  }
  /** True while what is shown was recorded earlier, not run here. */
  get recorded(): boolean {
    return this.results.recorded;
  }
  /** False once the picture has changed and no run of the new one has come back. */
  get fresh(): boolean {
    return this.results.fresh;
  }
  /** True while another stage of the model's training was chosen and has not run: what is shown is of the stage before. */
  get outdated(): boolean {
    return this.results.former !== null;
  }
}
