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
    const bytes = await response.arrayBuffer();
    if ((await sha256(new Uint8Array(bytes))) === file.sha256) return bytes;
  }
  return null;
}
