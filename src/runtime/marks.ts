/** Names that were marked, and who waits until one is. */
export class Marks {
  readonly #marked = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Marks a name, whose waits end now. */
  add(name: string): void {
    this.#marked.add(name);
    for (const end of this.#waiting.get(name) ?? []) end();
  }

  /** Takes the mark away; later waits begin anew. */
  delete(name: string): void {
    this.#marked.delete(name);
  }

  /**
   * Settles at once when the name is marked, else when it is, or after `limit` milliseconds.
   * @returns whether it was marked
   */
  wait(name: string, limit: number): Promise<boolean> {
    if (this.#marked.has(name)) return Promise.resolve(true);
    const waits = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waits);
    return new Promise((done) => {
      const end = (): void => {
        clearTimeout(timer);
        waits.delete(end);
        if (!waits.size && this.#waiting.get(name) === waits) this.#waiting.delete(name);
        done(this.#marked.has(name));
      };
      const timer = setTimeout(end, limit);
      waits.add(end);
    });
  }
}
