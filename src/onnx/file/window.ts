import { longestHead, readField, type Field } from './wire';

const [least, greatest] = [2 ** 14, 2 ** 20];

/** A file of which a part is at hand: all of one in memory, and of a Blob what was asked for last. */
export class Window {
  readonly #file: Blob | Uint8Array;
  #bytes: Uint8Array;
  #from = 0;
  #step = least;
  /** Bytes read from a Blob so far. */
  taken = 0;

  constructor(file: Blob | Uint8Array) {
    this.#file = file;
    this.#bytes = file instanceof Uint8Array ? file : new Uint8Array(0);
  }

  get size(): number {
    return this.#file instanceof Uint8Array ? this.#file.length : this.#file.size;
  }

  has(at: number, end: number): boolean {
    return at >= this.#from && end <= this.#from + this.#bytes.length;
  }

  /**
   * Makes bytes at..end-1 be at hand, and more behind them the longer the reading goes straight on.
   * @throws Error with one sentence when the file can no longer be read
   */
  async load(at: number, end: number): Promise<void> {
    if (this.has(at, end) || this.#file instanceof Uint8Array) return;
    const straight = at >= this.#from && at <= this.#from + this.#bytes.length;
    this.#step = straight ? Math.min(2 * this.#step, greatest) : least;
    const to = Math.min(Math.max(end, at + this.#step), this.#file.size);
    try {
      this.#bytes = new Uint8Array(await this.#file.slice(at, to).arrayBuffer());
    } catch {
      throw new Error('The model file cannot be read: was it moved or changed since it was chosen?');
    }
    this.#from = at;
    this.taken += this.#bytes.length;
  }

  /**
   * The field at byte `at` of a message that ends at `end`; positions are those of the file.
   * @throws WireError when it is malformed
   */
  async field(at: number, end: number): Promise<Field> {
    const head = Math.min(at + longestHead, end);
    if (!this.has(at, head)) await this.load(at, head);
    const origin = this.#from;
    const field = readField({ bytes: this.#bytes, at: at - origin, end: end - origin, origin });
    return { ...field, start: field.start + origin, end: field.end + origin };
  }

  /** Bytes from..to-1, which must be at hand; not a copy. */
  view(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from - this.#from, to - this.#from);
  }
}
