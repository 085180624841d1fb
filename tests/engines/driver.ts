/** A browser open on the page: the little that every engine's own protocol can do, all of it as a visitor's hands do it. */
export interface Driver {
  /** Name and version, as the browser says them. */
  name: string;
  /** Opens an address and waits until it has loaded. */
  open(address: string): Promise<void>;
  /** Presses the back button; the page that comes may need a moment. */
  back(): Promise<void>;
  /** The JSON value of an expression, awaited where it is a promise. */
  evaluate(expression: string): Promise<unknown>;
  /** Presses and releases the pointer, in px of the viewport. */
  click(x: number, y: number): Promise<void>;
  move(x: number, y: number): Promise<void>;
  /** Types text, character by character. */
  type(text: string): Promise<void>;
  press(key: 'Escape' | 'Enter'): Promise<void>;
  /** Gives files to the file input that a selector finds. */
  choose(selector: string, path: string): Promise<void>;
  /** Makes the page so many px large. */
  resize(width: number, height: number): Promise<void>;
  /** The viewport as a PNG. */
  screenshot(): Promise<Uint8Array>;
  /** What the page complained of: console errors where the protocol tells them, uncaught exceptions. */
  errors(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Runs a function in the page. It must stand alone: its source is sent. Arguments and result are JSON.
 * @throws Error with what the function threw
 */
export async function inPage<A extends unknown[], R>(
  driver: Driver,
  run: (...args: A) => R,
  ...args: A
): Promise<Awaited<R>> {
  // tsx wraps named functions in a call of __name.
  const source = `(globalThis.__name ??= (made) => made, (${String(run)})(...${JSON.stringify(args)}))`;
  return (await driver.evaluate(source)) as Awaited<R>;
}

/** Tries until something is there. @throws Error with what was waited for when it does not come */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  patience = 90_000,
): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`expected ${what} within ${patience / 1000} s`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
