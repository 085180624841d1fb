import type { Box, Picture, Trace } from '../trace/trace';
import type { Module } from './contents';

/** A run from a file, with the picture and the caption that it speaks of. It is looked at like any other, and never run again. */
export interface Imported {
  /** "trace/<first 16 hexadecimal digits of the file's sha256>" */
  folder: string;
  /** The model's, else the file's. */
  name: string;
  /** File name. */
  file: string;
  /** What it is, in one line. */
  summary: string;
  trace: Trace;
  modules: readonly Module[];
  /** Patches per row and column of `crop`; null when the image tokens are no grid. */
  grid: readonly [columns: number, rows: number] | null;
  crop: Box;
  picture: Picture;
  /** The same picture for the screen. */
  image: ImageBitmap;
}

/** Runs that were read from files; they stay until the page is closed. */
export class Imports {
  #held = $state.raw<readonly Imported[]>([]);
  #reading = $state<string | null>(null);
  #problem = $state<string | null>(null);
  readonly #show: (folder: string) => void;

  /** @param show puts a run that was just read into a panel */
  constructor(show: (folder: string) => void) {
    this.#show = show;
  }

  /** For the picker, in the order of opening. */
  get entries(): readonly { folder: string; name: string; note: string }[] {
    return this.#held.map(({ folder, name, file }) => ({ folder, name, note: `imported from ${file}` }));
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

  get(folder: string): Imported | null {
    return this.#held.find((imported) => imported.folder === folder) ?? null;
  }

  /** Reads a trace (docs/trace-format.md) and shows it; a file that cannot be read leaves one sentence in `problem`. */
  async open(file: File): Promise<void> {
    this.#reading = file.name;
    this.#problem = null;
    try {
      this.#hold(await Promise.reject<Imported>(new Error(`${file.name}: traces cannot be read yet.`)));
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#reading = null;
    }
  }

  #hold(imported: Imported): void {
    if (!this.get(imported.folder)) this.#held = [...this.#held, imported];
    this.#show(imported.folder);
  }
}
