import { createSHA1, createSHA256, type IHasher } from 'hash-wasm';
import { nameOf, type Wanted } from '../../runtime/own/disk';

/** The part of OPFS's handle for workers that is used here: TypeScript has it in a library that contradicts the page's. */
export interface SyncHandle {
  read(bytes: Uint8Array, where: { at: number }): number;
  write(bytes: Uint8Array, where: { at: number }): number;
  truncate(bytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

export interface SyncFile {
  createSyncAccessHandle(): Promise<SyncHandle>;
}

/** Bytes that are read and hashed at a time. */
const piece = 2 ** 23;

/** A file that is being written, and hashed on the way. */
export class OpenFile {
  readonly folder: FileSystemDirectoryHandle;
  readonly wanted: Wanted;
  readonly #handle: SyncHandle;
  readonly #hasher: IHasher;
  #size = 0;

  private constructor(
    folder: FileSystemDirectoryHandle,
    wanted: Wanted,
    handle: SyncHandle,
    hasher: IHasher,
  ) {
    this.folder = folder;
    this.wanted = wanted;
    this.#handle = handle;
    this.#hasher = hasher;
  }

  /** Takes up what is there. @throws Error of one sentence when another tab writes it */
  static async open(folder: FileSystemDirectoryHandle, wanted: Wanted): Promise<OpenFile> {
    const file = (await folder.getFileHandle(nameOf(wanted), { create: true })) as unknown as SyncFile;
    const handle = await file.createSyncAccessHandle().catch(() => {
      throw new Error(`${nameOf(wanted)} is being fetched in another tab of this browser.`);
    });
    const hasher = await (wanted.sha256 === null ? createSHA1() : createSHA256());
    const opened = new OpenFile(folder, wanted, handle, hasher);
    opened.#begin();
    const there = Math.min(handle.getSize(), wanted.bytes);
    const buffer = new Uint8Array(Math.min(piece, there));
    while (opened.#size < there) {
      const read = handle.read(buffer.subarray(0, Math.min(piece, there - opened.#size)), {
        at: opened.#size,
      });
      if (read === 0) break;
      hasher.update(buffer.subarray(0, read));
      opened.#size += read;
    }
    handle.truncate(opened.#size);
    return opened;
  }

  get size(): number {
    return this.#size;
  }

  /** @throws Error of one sentence when the disk is full */
  write(bytes: Uint8Array): void {
    try {
      const written = this.#handle.write(bytes, { at: this.#size });
      if (written !== bytes.length) throw new Error(`${written} of ${bytes.length} bytes were written`);
    } catch {
      this.#handle.truncate(this.#size);
      throw new Error(
        `The browser has no more room for ${nameOf(this.wanted)}: ${Math.round(this.#size / 1e6)} of ${Math.round(this.wanted.bytes / 1e6)} MB are here. Make room, and go on.`,
      );
    }
    this.#hasher.update(bytes);
    this.#size += bytes.length;
  }

  restart(): void {
    this.#handle.truncate(0);
    this.#size = 0;
    this.#begin();
  }

  /** Closes it. @returns whether size and hash are those that the Hub lists */
  finish(): boolean {
    const { bytes, sha256, oid } = this.wanted;
    const hash = this.#hasher.digest('hex');
    this.close();
    return this.#size === bytes && (hash === (sha256 ?? oid) || (sha256 === null && oid === null));
  }

  close(): void {
    this.#handle.flush();
    this.#handle.close();
  }

  /** Git names a file by the SHA-1 of a header and its bytes. */
  #begin(): void {
    this.#hasher.init();
    if (this.wanted.sha256 === null)
      this.#hasher.update(new TextEncoder().encode(`blob ${this.wanted.bytes}\0`));
  }
}
