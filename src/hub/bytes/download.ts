import type { Connection } from '../../rpc/connect';
import { folderOf, type Journal } from '../../runtime/own/disk';
import type { WriterCalls } from './protocol';
import { fetchInto, type Telling } from './stream';
import type { Patience } from './answer';

/** How far a download is. */
export interface Far {
  /** Path of the file that is being fetched or looked over. */
  path: string;
  /** Bytes of all files that are here. */
  loaded: number;
  total: number;
}

export interface Fetching {
  /** Address of the Hub, without a slash at its end. */
  hub: string;
  fetcher: typeof fetch;
  signal: AbortSignal;
  /** Told as bytes come. */
  far: (far: Far) => void;
  /** Told why nothing comes, or null. */
  waits: Telling['waits'];
  patience?: Patience;
}

/**
 * Fetches what is missing of a checkpoint's files, one after another, the small ones first. Each file that is whole is compared with the hash that the
 * Hub lists; one that differs is deleted. What was fetched stays where this is stopped.
 * @throws Error of one sentence, or what `signal` was aborted with
 */
export async function downloadAll(
  journal: Journal,
  writer: Connection<WriterCalls, never>,
  { hub, fetcher, signal, far, waits, patience }: Fetching,
): Promise<void> {
  const folder = folderOf(journal);
  const done = new Set(await writer.call('begin', [folder, journal]));
  const total = journal.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  try {
    for (const file of journal.files.toSorted((a, b) => a.bytes - b.bytes)) {
      const tell = (loaded: number) => far({ path: file.path, loaded: before + loaded, total });
      if (!done.has(file.path)) {
        tell(0);
        signal.throwIfAborted();
        const from = await writer.call('open', [folder, file]);
        tell(from);
        const sink = {
          write: (bytes: Uint8Array<ArrayBuffer>) =>
            writer.call('write', [bytes], { transfer: [bytes.buffer] }),
          restart: () => writer.call('restart', []),
        };
        await fetchInto(file, from, sink, {
          hub,
          fetcher,
          signal,
          telling: { loaded: tell, waits },
          patience,
        });
        if (!(await writer.call('finish', [])))
          throw new Error(
            `${file.path}: expected the content that the Hub lists (${(file.sha256 ?? file.oid ?? '').slice(0, 12)}…), got another: it was damaged or changed on its way, and was deleted. Fetch it again.`,
          );
      }
      tell(file.bytes);
      before += file.bytes;
    }
  } finally {
    await writer.call('close', []).catch(() => {});
  }
}
