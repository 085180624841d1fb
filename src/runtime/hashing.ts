import { sha256 } from '@noble/hashes/sha2.js';

/** Lower-case hexadecimal. */
const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes that are read at a time: a stream's own pieces are so small that telling of them takes longer than reading. */
const piece = 2 ** 23;

/**
 * Reads a file once, piece by piece, and hashes it on the way: the browser's own hashing wants it whole and copies it.
 * @param progress told how many bytes were read
 * @returns its sha256
 * @throws what `signal` was aborted with, or Error of one sentence when the file cannot be read any more
 */
export async function readHashed(
  file: Blob & { name: string },
  progress: (read: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += piece) {
    signal?.throwIfAborted();
    const part = await file
      .slice(at, at + piece)
      .arrayBuffer()
      .catch(() => {
        throw new Error(
          `${file.name} cannot be read any more: it was moved, changed or locked. Drop it again.`,
        );
      });
    const bytes = new Uint8Array(part);
    hash.update(bytes);
    progress(Math.min(file.size, at + piece));
  }
  return toHex(hash.digest());
}

/** One name for several files: the sha256 of their sorted sha256s; that of a single file is its own. */
export function joinHashes(hashes: readonly string[]): string {
  if (hashes.length === 1) return hashes[0];
  return toHex(sha256(new TextEncoder().encode(hashes.toSorted().join('\n'))));
}
