/** Milliseconds that what is typed rests before it is run; the engine keeps only the newest anyway. */
const rest = 90;

/** Work that waits until the visitor rests: only what was put last is done. */
export class Rest {
  #waiting = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #whole = false;

  get waiting(): boolean {
    return this.#waiting;
  }
  /** Whether what waits is everything, and not a part of it. */
  get whole(): boolean {
    return this.#whole;
  }

  /** @param whole whether the work is everything that there is to do */
  put(work: () => Promise<void>, whole = true): void {
    this.drop();
    this.#waiting = true;
    this.#whole = whole;
    this.#timer = setTimeout(() => {
      this.#waiting = this.#whole = false;
      void work();
    }, rest);
  }

  /** Something else does it. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#waiting = this.#whole = false;
  }
}
