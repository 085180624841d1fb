import { readManifest, type Manifest } from '../../architectures/manifest';
import type { Interview } from '../../architectures/found/interview';
import type { Answers } from '../../architectures/found/proposal';
import type { Files, Shelf } from '../cache';
import { NotHeld, type Fetch } from '../download';
import { fileAt } from './disk';
import { placeOf } from './place';

/** A visitor's model as it is remembered. */
export interface Remembered {
  manifest: Manifest;
  answers: Answers;
}

/** Counted up when models are asked other things. */
const asking = 1;

interface Kept {
  version: number;
  interview: Interview;
}

/**
 * Where models that visitors bring are kept: files by their sha256 on the shelf of downloaded ones, manifests in a folder "own". What the
 * shelf has no room for is held as long as the page is open; files on the disk are not copied into memory for that. What was fetched from the Hub stays
 * where it lies, and only its place is written down.
 */
export class OwnStore {
  readonly #shelf: Shelf | null;
  /** Address that model folders are relative to. */
  readonly base: string;
  readonly #held = new Map<string, Blob>();
  /** Places of files that lie in the browser's file system, "folder/name". */
  readonly #places = new WeakMap<Blob, string>();

  constructor(shelf: Shelf | null, base: string) {
    this.#shelf = shelf;
    this.base = base;
  }

  /** Says where a file lies, so that it is not kept a second time. */
  place(file: Blob, place: string): void {
    this.#places.set(file, place);
  }

  /** @returns whether all of it will be there at the next visit */
  async put({ manifest, answers }: Remembered, blobs: ReadonlyMap<string, Blob>): Promise<boolean> {
    const folder = `own/${manifest.id}`;
    let kept = true;
    for (const [sha256, blob] of blobs)
      if (!(await this.#has(sha256, blob.size))) kept = (await this.#keep(sha256, blob)) && kept;
    for (const [name, value] of Object.entries({ manifest, answers })) {
      const blob = new Blob([JSON.stringify(value)], { type: 'application/json' });
      kept = (await this.#write(`${folder}/${name}.json`, blob)) && kept;
    }
    return kept;
  }

  async recall(id: string): Promise<Remembered | null> {
    const [manifest, answers] = await Promise.all(
      ['manifest', 'answers'].map(async (name) => {
        const blob = await this.#read(`own/${id}/${name}.json`);
        return blob && (JSON.parse(await blob.text()) as unknown);
      }),
    );
    if (!manifest) return null;
    return { manifest: readManifest(manifest), answers: (answers ?? {}) as Answers };
  }

  /** What a model said of itself when it was asked, by its id. */
  async recallInterview(id: string): Promise<Interview | null> {
    const blob = await this.#read(`own/${id}/interview.json`);
    const { version, interview } = (blob ? JSON.parse(await blob.text()) : {}) as Partial<Kept>;
    return version === asking ? (interview ?? null) : null;
  }

  async keepInterview(id: string, interview: Interview): Promise<void> {
    const kept: Kept = { version: asking, interview };
    await this.#write(`own/${id}/interview.json`, new Blob([JSON.stringify(kept)]));
  }

  /** A file by its sha256; null when it is not here any more. */
  async blob(sha256: string): Promise<Blob | null> {
    const kept = await this.#read(`sha256/${sha256}`);
    const place = kept ? null : await this.#read(placeOf(sha256));
    return place ? fileAt(await place.text()) : kept;
  }

  #keep(sha256: string, blob: Blob): Promise<boolean> {
    const place = this.#places.get(blob);
    return place ? this.#write(placeOf(sha256), new Blob([place])) : this.#write(`sha256/${sha256}`, blob);
  }

  /** Hands out files of visitors' models from here, all others as `files` does. They were hashed when they came. */
  files(files: Files): Files {
    return async (file, progress) => {
      if (!this.#owns(file.url)) return files(file, progress);
      const blob = await this.blob(file.sha256);
      if (blob?.size !== file.bytes)
        throw new Error(`${file.name} is not in this browser any more: drop the model’s files again.`);
      return readWhole(blob, progress);
    };
  }

  fetcher(fetcher: Fetch): Fetch {
    return async (url, how) => {
      if (!this.#owns(url)) return fetcher(url, how);
      const blob = await this.#read(url.slice(this.#address('.').length));
      if (!blob) throw new NotHeld();
      return new Response(blob);
    };
  }

  #address(path: string): string {
    return new URL(path, this.base).href;
  }

  #owns(url: string): boolean {
    return url.startsWith(this.#address('own/'));
  }

  async #has(sha256: string, bytes: number): Promise<boolean> {
    return (await this.blob(sha256))?.size === bytes;
  }

  async #write(path: string, blob: Blob): Promise<boolean> {
    try {
      if (!this.#shelf) throw new Error('no shelf');
      await this.#shelf.put(this.#key(path), new Response(blob));
      this.#held.delete(path);
      return true;
    } catch {
      this.#held.set(path, blob);
      return false;
    }
  }

  async #read(path: string): Promise<Blob | null> {
    const held = this.#held.get(path);
    if (held) return held;
    const kept = await this.#shelf?.match(this.#key(path)).catch(() => undefined);
    return kept ? kept.blob() : null;
  }

  /** Files lie at the root, where those of all pages of this address do. */
  #key(path: string): string {
    return /^(sha256|place)\//.test(path) ? new URL(`/${path}`, this.base).href : this.#address(path);
  }
}

/** Bytes that are read at a time. */
const piece = 2 ** 24;

/** A file in memory, into one buffer: read at once it would be there in pieces as well meanwhile. */
async function readWhole(blob: Blob, progress?: (read: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(blob.size);
  for (let at = 0; at < bytes.length; at += piece) {
    bytes.set(new Uint8Array(await blob.slice(at, at + piece).arrayBuffer()), at);
    progress?.(Math.min(bytes.length, at + piece));
  }
  return bytes;
}
