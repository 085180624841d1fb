import type { TraceFile } from '../../trace/file';
import type { Picture } from '../../trace/trace';
import { modulesWithin } from './contents';
import type { Module } from './contents';
import { decodePicture, imageOf } from '../input/picture';
import { identityOf } from '../keep/identity';
import type { Keeping } from '../keep/keeping.svelte';

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
  /** As it was given. */
  file: File;
}

/** Runs that were read from files; the browser keeps them for the next visit where it can. */
export class Imports {
  #held = $state.raw<readonly Imported[]>([]);
  #reading = $state<string | null>(null);
  #problem = $state<string | null>(null);
  readonly #show: (folder: string, slot: number | null) => void;
  readonly #keeping: Keeping | null;
  #last: Promise<void> = Promise.resolve();

  /** @param show puts a run that was just read into a panel: the one that it was opened in, if there is one */
  constructor(show: (folder: string, slot: number | null) => void, keeping: Keeping | null = null) {
    this.#show = show;
    this.#keeping = keeping;
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

  /** Reads again what an address names and this browser kept; what it did not keep is not there afterwards. */
  async recall(folders: readonly string[]): Promise<void> {
    for (const folder of folders) {
      if (!folder.startsWith('trace/') || this.get(folder)) continue;
      const file = await this.#keeping?.find('trace', folder.slice('trace/'.length));
      if (file) await this.open(file, null, false);
    }
  }

  get(folder: string | undefined): Imported | null {
    return this.#held.find((imported) => imported.folder === folder) ?? null;
  }

  /**
   * Reads a trace (docs/trace-format.md), one file after another; one that cannot be read leaves a sentence in `problem`.
   * @param slot of the panel that it is opened in; null for any
   * @param shown whether it is put into a panel
   */
  open(file: File, slot: number | null = null, shown = true): Promise<void> {
    return (this.#last = this.#last.then(() => this.#open(file, slot, shown)));
  }

  async #open(file: File, slot: number | null, shown: boolean): Promise<void> {
    this.#reading = file.name;
    this.#problem = null;
    try {
      const bytes = await bytesOf(file);
      const identity = await identityOf(bytes);
      const folder = `trace/${identity}`;
      if (!this.get(folder)) {
        const kept = new File([bytes], file.name, { type: file.type });
        this.#held = [...this.#held, await read(bytes, folder, kept)];
        void this.#keeping?.keep('trace', identity, kept, true);
      }
      if (shown) this.#show(folder, slot);
    } catch (error) {
      this.#problem = `${file.name}: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      this.#reading = null;
    }
  }
}

async function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  const { zipLimits } = await import('../../containers/unzip');
  const most = zipLimits.bytes / 2 ** 20;
  if (file.size > zipLimits.bytes)
    throw new Error(`Expected a trace of at most ${most} MB, got ${Math.round(file.size / 2 ** 20)} MB.`);
  return new Uint8Array(await file.arrayBuffer());
}

async function read(bytes: Uint8Array<ArrayBuffer>, folder: string, file: File): Promise<Imported> {
  const { readTraceFile } = await import('../../trace/file');
  const run = await readTraceFile(bytes);
  const { image: held, trace } = run;
  const image =
    held instanceof Uint8Array ? (await decodePicture(new Blob([held]))).image : imageOf(held ?? grey(run));
  const name = trace.model || file.name.replace(/\.[^.]*$/, '');
  return { folder, name, origin: file.name, run, modules: modulesWithin(trace), image: await image, file };
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
