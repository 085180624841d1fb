/** What workers have to read a file at once; TypeScript keeps it in a library that contradicts the page's. */
interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const Reader = (globalThis as { FileReaderSync?: new () => SyncReader }).FileReaderSync;

/** Bytes that are read at a time: a weight of a few kilobytes takes as long as its neighbours with it. */
const stretch = 2 ** 25;
/** Stretches that are remembered: a graph asks for its weights in another order than they lie in. */
const remembered = 2;

/** What is said of a file that was there when it was taken. */
export const unreadable = (name: string): Error =>
  new Error(`${name} cannot be read any more: it was moved, changed or locked. Drop it again.`);

/** Whether files can be read at once here: in workers of browsers, and not in Node. */
export const readsAtOnce = Reader !== undefined;

/**
 * The bytes of a file that stay on the disk. onnxruntime-web 1.30 takes them for those of a file beside a model, of which it asks the length and
 * parts, one for each weight, and copies each into its own memory: so no weight is in this worker's.
 */
export class FileBytes extends Uint8Array<ArrayBuffer> {
  readonly #name: string;
  readonly #file: Blob;
  readonly #stretches = new Map<number, Uint8Array<ArrayBuffer>>();
  /** All of it, while that is known from reading it before. */
  #whole: Uint8Array<ArrayBuffer> | null;

  /** Why it could not be read, which the runtime itself does not say. */
  failure: Error | null = null;

  /** @param whole the bytes of the file, where they are in memory already; see `forget` */
  constructor(name: string, file: Blob, whole: Uint8Array<ArrayBuffer> | null = null) {
    super(new ArrayBuffer(0));
    this.#name = name;
    this.#file = file;
    this.#whole = whole;
    for (const length of ['length', 'byteLength']) Object.defineProperty(this, length, { value: file.size });
  }

  /** @throws Error of one sentence when the file is not there any more or was changed */
  override subarray(start = 0, end = this.#file.size): Uint8Array<ArrayBuffer> {
    if (this.#whole) return this.#whole.subarray(start, end);
    const first = Math.floor(start / stretch);
    const inOne = end <= (first + 1) * stretch;
    return inOne
      ? this.#stretch(first).subarray(start - first * stretch, end - first * stretch)
      : this.#read(start, end);
  }

  /** Lets go of what is in memory. */
  forget(): void {
    this.#whole = null;
    this.#stretches.clear();
  }

  #stretch(index: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#stretches.get(index) ?? this.#read(index * stretch, (index + 1) * stretch);
    this.#stretches.delete(index);
    this.#stretches.set(index, bytes);
    for (const first of [...this.#stretches.keys()].slice(0, -remembered)) this.#stretches.delete(first);
    return bytes;
  }

  #read(start: number, end: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(new Reader!().readAsArrayBuffer(this.#file.slice(start, end)));
    } catch {
      this.failure = unreadable(this.#name);
      throw this.failure;
    }
  }
}
