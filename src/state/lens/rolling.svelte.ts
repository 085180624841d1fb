/** Milliseconds of work between two breaths: a frame has 16. */
const slice = 8;

/** Calls back when the page has painted what it has to, or soon where it paints nothing (another tab is in front). */
function afterPaint(go: () => void): void {
  let gone = false;
  const once = () => {
    if (!gone) go();
    gone = true;
  };
  globalThis.requestAnimationFrame?.(() => setTimeout(once));
  setTimeout(once, 250);
}

/** Work that is done in slices, so that the page stays alive: what it comes to, and how far it is. */
export class Rolling<T> {
  #result = $state.raw<T | null>(null);
  #share = $state(0);
  #stopped = false;

  /** Works at once as long as a slice lasts, then goes on by itself, once what waits for it is painted. @param steps yields the share that is done */
  constructor(steps: Generator<number, T>) {
    const { result, share, done } = advance(steps);
    this.#result = result;
    this.#share = share;
    if (!done) afterPaint(() => this.#go(steps));
  }

  /** Null until it is done. */
  get result(): T | null {
    return this.#result;
  }
  /** From 0 to 1. */
  get share(): number {
    return this.#share;
  }

  /** Nobody waits for it any more. */
  stop(): void {
    this.#stopped = true;
  }

  #go(steps: Generator<number, T>): void {
    if (this.#stopped) return;
    const { result, share, done } = advance(steps);
    this.#share = share;
    this.#result = result;
    if (!done) setTimeout(() => this.#go(steps));
  }
}

function advance<T>(steps: Generator<number, T>): { result: T | null; share: number; done: boolean } {
  const end = performance.now() + slice;
  let share = 0;
  while (performance.now() < end) {
    const step = steps.next();
    if (step.done) return { result: step.value, share: 1, done: true };
    share = step.value;
  }
  return { result: null, share, done: false };
}
