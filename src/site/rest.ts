/** What a visitor does that a page answers at once. */
const acts = ['pointermove', 'pointerdown', 'wheel', 'keydown', 'touchmove', 'scroll'] as const;

/** Milliseconds without an act after which a page rests, and those after which it is worked for all the same. */
const quiet = 1000;
const longest = 5000;

/**
 * Says when a page rests: nobody has pointed, typed or scrolled for a second and the browser has nothing to do for it. Work that can wait
 * for that takes nothing from what the visitor is doing, where the machine has few cores.
 */
export class Rest {
  readonly #where: EventTarget;
  #acted = -Infinity;

  /** @param where what hears of every act: the window */
  constructor(where: EventTarget = globalThis) {
    this.#where = where;
    for (const act of acts) where.addEventListener(act, this.#note, { capture: true, passive: true });
  }

  /** Settles when the page rests, or after five seconds. */
  async wait(): Promise<void> {
    const begun = performance.now();
    for (;;) {
      const now = performance.now();
      const left = Math.min(this.#acted + quiet, begun + longest) - now;
      if (left <= 0) return idle();
      await new Promise((done) => setTimeout(done, left));
    }
  }

  /** Listens no longer. */
  end(): void {
    for (const act of acts) this.#where.removeEventListener(act, this.#note, { capture: true });
  }

  #note = () => {
    this.#acted = performance.now();
  };
}

/** Settles when the browser has nothing to do for this page, or after two seconds. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 2000 });
    else setTimeout(resolve, 200);
  });
}
