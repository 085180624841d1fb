import { readManifest, type Manifest } from '../../architectures/manifest';
import type { Interview } from '../../architectures/found/interview';
import type { Answers } from '../../architectures/found/proposal';
import type { Files, Shelf } from '../cache';
import { NotHeld, type Fetch } from '../download';
import { fileAt } from './disk';
import { FileBytes, readsAtOnce } from './filebytes';
import { placeOf } from './place';

/** A visitor's model as it is remembered. */
export interface Remembered {
  manifest: Manifest;
  answers: Answers;
}

/** Milliseconds that bytes of a model which nobody opens stay in memory. */
const patience = 120_000;

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
  /** Bytes of files that were read and not opened yet. */
  #warm = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Models whose files are held, to be written. */
  readonly #unwritten = new Map<string, () => Promise<boolean>>();

  constructor(shelf: Shelf | null, base: string) {
    this.#shelf = shelf;
    this.base = base;
  }

  /** Says where a file lies, so that it is not kept a second time. */
  place(file: Blob, place: string): void {
    this.#places.set(file, place);
  }

  /** Takes bytes that were read, for a model that is opened in the next minutes; those of the model before are let go of. */
  warm(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): void {
    const warm = (this.#warm = new Map(files));
    if (warm.size > 0) setTimeout(() => warm.clear(), patience);
  }

  /** Takes a model, which can be opened from now on; nothing is written before `write`, which takes as long as copying its weights. */
  put({ manifest, answers }: Remembered, blobs: ReadonlyMap<string, Blob>): void {
    const described = Object.entries({ manifest, answers }).map(([name, value]) => {
      const blob = new Blob([JSON.stringify(value)], { type: 'application/json' });
      return [`own/${manifest.id}/${name}.json`, blob] as const;
    });
    for (const [sha256, blob] of blobs) this.#held.set(`sha256/${sha256}`, blob);
    for (const [path, blob] of described) this.#held.set(path, blob);
    this.#unwritten.set(manifest.id, async () => {
      let kept = true;
      for (const [sha256, blob] of blobs) kept = (await this.#keep(sha256, blob)) && kept;
      // The manifest last: a model that is half here is not listed.
      for (const [path, blob] of described) kept = kept && (await this.#write(path, blob));
      return kept;
    });
  }

  /** Writes what was put. @returns whether all of it will be there at the next visit */
  async write(id: string): Promise<boolean> {
    const write = this.#unwritten.get(id);
    this.#unwritten.delete(id);
    return write ? write() : true;
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

  async #keep(sha256: string, blob: Blob): Promise<boolean> {
    const path = `sha256/${sha256}`;
    const there = await this.#shelved(path);
    const place = this.#places.get(blob);
    if (there?.size !== blob.size && !place) return this.#write(path, blob);
    const kept = !place || (await this.#write(placeOf(sha256), new Blob([place])));
    if (kept) this.#held.delete(path);
    return kept;
  }

  /** Hands out files of visitors' models from here, all others as `files` does. They were hashed when they came. */
  files(files: Files): Files {
    return async (file, progress, inParts = false) => {
      if (!this.#owns(file.url)) return files(file, progress, inParts);
      const blob = await this.blob(file.sha256);
      if (blob?.size !== file.bytes)
        throw new Error(`${file.name} is not in this browser any more: drop the model’s files again.`);
      const warm = this.#warm.get(file.sha256) ?? null;
      this.#warm.delete(file.sha256);
      return inParts && readsAtOnce ? new FileBytes(file.name, blob, warm) : readWhole(blob, progress);
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
    return this.#held.get(path) ?? this.#shelved(path);
  }

  async #shelved(path: string): Promise<Blob | null> {
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
