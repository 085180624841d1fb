import { sha256 } from '@noble/hashes/sha2.js';
import { unreadable } from './filebytes';

/** Lower-case hexadecimal. */
const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes that are read and hashed at a time. */
const piece = 2 ** 23;

/** Pieces that are under way at a time: the browser reads on threads of its own. */
const abreast = 4;

/** The sha256 of some bytes: by the browser, ten to thirty times as fast as by a script, which is for insecure addresses. */
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto ?? {};
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes);
}

/**
 * Reads a file once, piece by piece, and hashes it on the way. That of a file of up to 8 MiB is its sha256. Larger ones, which somebody waits for, are
 * hashed by XXH128 in WebAssembly, several times as fast as the browser's sha256: it tells files apart, and is no proof against one that was made to
 * be taken for another. Their name is the sha256 of the hashes of their pieces.
 * @param progress told how many bytes were read
 * @param into takes what is read, where it is as long as the file
 * @returns the name of its content, 64 hexadecimal digits
 * @throws what `signal` was aborted with, or Error of one sentence when the file cannot be read any more
 */
export async function readHashed(
  file: Blob & { name: string },
  progress: (read: number) => void,
  signal?: AbortSignal,
  into?: Uint8Array,
): Promise<string> {
  const count = Math.max(1, Math.ceil(file.size / piece));
  const hash = count === 1 ? digest : await fastDigest();
  const digests: Uint8Array[] = [];
  let next = 0;
  let read = 0;
  const lane = async () => {
    while (next < count) {
      signal?.throwIfAborted();
      const index = next++;
      const part = new Uint8Array(
        await file
          .slice(index * piece, (index + 1) * piece)
          .arrayBuffer()
          .catch(() => {
            throw unreadable(file.name);
          }),
      );
      into?.set(part, index * piece);
      digests[index] = await hash(part);
      read += part.length;
      progress(read);
    }
  };
  await Promise.all(Array.from({ length: Math.min(abreast, count) }, lane));
  if (digests.length === 1) return toHex(digests[0]);
  return toHex(await digest(Uint8Array.from(digests.flatMap((one) => [...one]))));
}

async function fastDigest(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const { createXXHash128 } = await import('hash-wasm');
  const hasher = await createXXHash128();
  return (bytes) => hasher.init().update(bytes).digest('binary');
}

/** One name for several files: the sha256 of their sorted sha256s; that of a single file is its own. */
export function joinHashes(hashes: readonly string[]): string {
  if (hashes.length === 1) return hashes[0];
  return toHex(sha256(new TextEncoder().encode(hashes.toSorted().join('\n'))));
}
