import { readTraceFile } from '../../trace/file';
import type { TraceFile } from '../../trace/file';
import type { Picture } from '../../trace/trace';
import { zipLimits } from '../../containers/unzip';
import { modulesWithin } from './contents';
import type { Module } from './contents';
import { decodePicture, imageOf } from '../input/picture';

/** A run from a file, with the picture and the caption that it speaks of. It is looked at like any other, and never run again. */
export interface Imported {
  /** "trace/<first 16 hexadecimal digits of the file's sha256>" */
  folder: string;
  /** The model's, else the file's. */
  name: string;
  /** File name. */
  origin: string;
  run: TraceFile;
  modules: readonly Module[];
  /** The run's picture for the screen; plain grey when the file holds none. */
  image: ImageBitmap;
}

/** Runs that were read from files; they stay until the page is closed. */
export class Imports {
  #held = $state.raw<readonly Imported[]>([]);
  #reading = $state<string | null>(null);
  #problem = $state<string | null>(null);
  readonly #show: (folder: string) => void;
  #last: Promise<void> = Promise.resolve();

  /** @param show puts a run that was just read into a panel */
  constructor(show: (folder: string) => void) {
    this.#show = show;
  }

  /** For the picker, in the order of opening. */
  get entries(): readonly { folder: string; name: string; note: string }[] {
    return this.#held.map(({ folder, name, origin }) => ({ folder, name, note: `imported from ${origin}` }));
  }
  /** Name of the file that is being read. */
  get reading(): string | null {
    return this.#reading;
  }
  /** Why the last file was refused; what was on the page stays. */
  get problem(): string | null {
    return this.#problem;
  }

  dismiss(): void {
    this.#problem = null;
  }

  /** Folders of an address, emptied where they name a run that was here before the page was closed. */
  withoutLost(folders: readonly string[]): readonly string[] {
    return folders.map((folder) => (folder.startsWith('trace/') && !this.get(folder) ? '' : folder));
  }

  get(folder: string | undefined): Imported | null {
    return this.#held.find((imported) => imported.folder === folder) ?? null;
  }

  /** Reads a trace (docs/trace-format.md), one file after another, and shows it; one that cannot be read leaves a sentence in `problem`. */
  open(file: File): Promise<void> {
    return (this.#last = this.#last.then(() => this.#open(file)));
  }

  async #open(file: File): Promise<void> {
    this.#reading = file.name;
    this.#problem = null;
    try {
      const bytes = await bytesOf(file);
      const folder = `trace/${await identityOf(bytes)}`;
      if (!this.get(folder)) this.#held = [...this.#held, await read(bytes, folder, file.name)];
      this.#show(folder);
    } catch (error) {
      this.#problem = `${file.name}: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      this.#reading = null;
    }
  }
}

async function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  const most = zipLimits.bytes / 2 ** 20;
  if (file.size > zipLimits.bytes)
    throw new Error(`Expected a trace of at most ${most} MB, got ${Math.round(file.size / 2 ** 20)} MB.`);
  return new Uint8Array(await file.arrayBuffer());
}

async function identityOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function read(bytes: Uint8Array<ArrayBuffer>, folder: string, origin: string): Promise<Imported> {
  const run = await readTraceFile(bytes);
  const { image: held, trace } = run;
  const image =
    held instanceof Uint8Array ? (await decodePicture(new Blob([held]))).image : imageOf(held ?? grey(run));
  const name = trace.model || origin.replace(/\.[^.]*$/, '');
  return { folder, name, origin, run, modules: modulesWithin(trace), image: await image };
}

/** A plain picture to draw maps on. */
function grey({ grid }: TraceFile): Picture {
  const [columns, rows] = grid ?? [1, 1];
  const [width, height] = [columns * 32, rows * 32];
  return {
    width,
    height,
    data: new Uint8ClampedArray(4 * width * height).fill(220).map((value, i) => (i % 4 === 3 ? 255 : value)),
  };
}
