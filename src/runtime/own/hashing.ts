import { sha256 } from '@noble/hashes/sha2.js';

/** Lower-case hexadecimal. */
const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes that are read and hashed at a time. */
const piece = 2 ** 23;

/** Pieces that are under way at a time: the browser hashes on threads of its own. */
const abreast = 4;

/** The sha256 of some bytes: by the browser, ten to thirty times as fast as by a script, which is for insecure addresses. */
async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto ?? {};
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes);
}

/**
 * Reads a file once, piece by piece, and hashes it on the way. The browser hashes only what it is given whole, so that a file of several
 * pieces gets the sha256 of their sha256s: as good a name for it, though not the one that other programs print.
 * @param progress told how many bytes were read
 * @returns the name of its content, in hexadecimal; that of a file of up to 8 MiB is its sha256
 * @throws what `signal` was aborted with, or Error of one sentence when the file cannot be read any more
 */
export async function readHashed(
  file: Blob & { name: string },
  progress: (read: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const count = Math.max(1, Math.ceil(file.size / piece));
  const digests: Uint8Array[] = [];
  let next = 0;
  let read = 0;
  const lane = async () => {
    while (next < count) {
      signal?.throwIfAborted();
      const index = next++;
      const part = await file
        .slice(index * piece, (index + 1) * piece)
        .arrayBuffer()
        .catch(() => {
          throw new Error(
            `${file.name} cannot be read any more: it was moved, changed or locked. Drop it again.`,
          );
        });
      digests[index] = await digest(new Uint8Array(part));
      read += part.byteLength;
      progress(read);
    }
  };
  await Promise.all(Array.from({ length: Math.min(abreast, count) }, lane));
  if (digests.length === 1) return toHex(digests[0]);
  return toHex(await digest(Uint8Array.from(digests.flatMap((one) => [...one]))));
}

/** One name for several files: the sha256 of their sorted sha256s; that of a single file is its own. */
export function joinHashes(hashes: readonly string[]): string {
  if (hashes.length === 1) return hashes[0];
  return toHex(sha256(new TextEncoder().encode(hashes.toSorted().join('\n'))));
}
