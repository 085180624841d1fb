/** Why the browser did not keep a file: it refuses to for this page, or has no room. */
export type Refusal = 'denied' | 'full';

interface Held {
  /** "picture/<identity>", "second/<identity>", "features/<identity>" or "trace/<identity>" */
  key: string;
  name: string;
  type: string;
  bytes: ArrayBuffer;
}

/** What is known of a file without reading it. */
interface Note {
  key: string;
  size: number;
  /** When it was last put or taken, milliseconds since 1970. */
  used: number;
}

type Stores = Record<'files' | 'notes', IDBObjectStore>;

/** Most bytes and files that are kept; those used longest ago go first. */
export const depotLimits = { bytes: 512 * 2 ** 20, files: 64 };

/**
 * Files of the visitor's own, kept in IndexedDB between visits under a key of their content: two tabs never write over each other. The
 * connection is closed after each use, since an open one keeps a page out of the back-forward cache.
 */
export class Depot {
  readonly #name: string;
  readonly #limits: typeof depotLimits;

  constructor(name = 'vlpm-files', limits = depotLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** @returns null when it is kept, else why it is not */
  async put(key: string, file: File): Promise<Refusal | null> {
    try {
      const bytes = await file.arrayBuffer();
      await this.#within('readwrite', ({ files, notes }) => {
        files.put({ key, name: file.name, type: file.type, bytes } satisfies Held);
        notes.put({ key, size: bytes.byteLength, used: Date.now() } satisfies Note);
        const all = notes.getAll() as IDBRequest<Note[]>;
        all.onsuccess = () => {
          for (const gone of superfluous(all.result, this.#limits)) {
            files.delete(gone);
            notes.delete(gone);
          }
        };
        return all;
      });
      return null;
    } catch (error) {
      return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'denied';
    }
  }

  /** Null when it is not here, or not any more. */
  async get(key: string): Promise<File | null> {
    try {
      const read = ({ files }: Stores) => files.get(key) as IDBRequest<Held | undefined>;
      const held = await this.#within('readonly', read);
      if (!held) return null;
      const note: Note = { key, size: held.bytes.byteLength, used: Date.now() };
      await this.#within('readwrite', ({ notes }) => notes.put(note)).catch(() => {});
      return new File([held.bytes], held.name, { type: held.type });
    } catch {
      return null;
    }
  }

  async has(key: string): Promise<boolean> {
    return (await this.#within('readonly', ({ files }) => files.count(key)).catch(() => 0)) > 0;
  }

  async #within<T>(mode: IDBTransactionMode, work: (stores: Stores) => IDBRequest<T>): Promise<T> {
    const database = await open(this.#name);
    try {
      const transaction = database.transaction(['files', 'notes'], mode);
      const done = new Promise<void>((resolve, reject) => {
        const fail = () => reject(transaction.error ?? new DOMException('Aborted.', 'AbortError'));
        transaction.oncomplete = () => resolve();
        transaction.onabort = fail;
        transaction.onerror = fail;
      });
      const request = work({
        files: transaction.objectStore('files'),
        notes: transaction.objectStore('notes'),
      });
      await done;
      return request.result;
    } finally {
      database.close();
    }
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of ['files', 'notes']) request.result.createObjectStore(store, { keyPath: 'key' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('Refused.', 'SecurityError'));
  });
}

/** Keys of what was used longest ago and is over a limit; what was used last stays in any case. */
function superfluous(notes: readonly Note[], { bytes, files }: typeof depotLimits): string[] {
  let room = bytes;
  return notes
    .toSorted((a, b) => b.used - a.used)
    .filter(({ size }, place) => ((room -= size) < 0 && place > 0) || place >= files)
    .map(({ key }) => key);
}
