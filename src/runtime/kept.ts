/** Things that are dear to make and to keep, by what they are: at most so many at a time. */
export class Kept<T> {
  readonly #limit: number;
  readonly #release: (thing: T) => Promise<void>;
  /** The one used longest ago first. */
  readonly #things = new Map<string, Promise<T>>();

  constructor(limit: number, release: (thing: T) => Promise<void>) {
    this.#limit = limit;
    this.#release = release;
  }

  /** The thing of this key, null when there is none or it could not be made. */
  async held(key: string): Promise<T | null> {
    return (await this.#things.get(key)?.catch(() => null)) ?? null;
  }

  /**
   * The thing of this key, made when there is none; one that could not be made is forgotten. Where it would be one too many, the one used longest ago
   * is released first: so a thing must not be in use any more when another is asked for.
   */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    let thing = this.#things.get(key);
    this.#things.delete(key);
    if (!thing) {
      const tooMany = [...this.#things.keys()].slice(0, Math.max(0, this.#things.size + 1 - this.#limit));
      const gone = this.#drop(tooMany);
      thing = gone.then(make);
      thing.catch(() => this.#things.delete(key));
    }
    this.#things.set(key, thing);
    return thing;
  }

  /** Releases everything, what is being made as well. */
  async clear(): Promise<void> {
    await this.#drop([...this.#things.keys()]);
  }

  async #drop(keys: readonly string[]): Promise<void> {
    const things = keys.flatMap((key) => this.#things.get(key) ?? []);
    for (const key of keys) this.#things.delete(key);
    for (const result of await Promise.allSettled(things))
      if (result.status === 'fulfilled') await this.#release(result.value);
  }
}
