/** One state in a row of states, and what led to it in a few words. */
export interface Entry<T> {
  says: string;
  state: T;
}

/** States in the order in which they were reached. Going back keeps what comes after until something else is done. */
export class History<T> {
  #entries = $state.raw<readonly Entry<T>[]>([]);
  #at = $state(0);

  /** @param says what the first state is called */
  constructor(state: T, says: string) {
    this.#entries = [{ state, says }];
  }

  get entries(): readonly Entry<T>[] {
    return this.#entries;
  }
  /** Place of the present state among the entries. */
  get at(): number {
    return this.#at;
  }
  get state(): T {
    return this.#entries[this.#at].state;
  }
  get canUndo(): boolean {
    return this.#at > 0;
  }
  get canRedo(): boolean {
    return this.#at < this.#entries.length - 1;
  }

  /** A new state after the present one, in place of whatever came after it. */
  push(state: T, says: string): void {
    this.#entries = [...this.#entries.slice(0, this.#at + 1), { state, says }];
    this.#at = this.#entries.length - 1;
  }

  /** Goes to an entry, or to the nearest there is. */
  go(at: number): void {
    this.#at = Math.max(0, Math.min(this.#entries.length - 1, at));
  }

  /** Starts again from one state. */
  restart(state: T, says: string): void {
    this.#entries = [{ state, says }];
    this.#at = 0;
  }
}
