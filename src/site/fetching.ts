import { sha256 } from '../runtime/download';
import type { Listed } from './listing';

/**
 * Fetches a file of a version: its bytes, or null when the host has other bytes under this name, so that they belong to another version.
 * What the browser remembers of an earlier visit is asked first.
 * @throws Error of one sentence when the host does not answer or has no such file
 */
export async function fetchListed(file: Listed, scope: string): Promise<ArrayBuffer | null> {
  for (const cache of ['default', 'reload'] as const) {
    const response = await fetch(new URL(file.path, scope), { cache, credentials: 'same-origin' });
    if (!response.ok)
      throw new Error(`${file.path}: expected a file, got "${response.status} ${response.statusText}".`);
    const bytes = await plain(file.path, await response.arrayBuffer());
    if ((await sha256(new Uint8Array(bytes))) === file.sha256) return bytes;
  }
  return null;
}

/** Some hosts have browsers inflate files that lie there as gzip, others do not: such a file is listed and kept inflated. */
async function plain(path: string, bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (!path.endsWith('.gz') || first !== 0x1f || second !== 0x8b) return bytes;
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(inflated).arrayBuffer();
}
