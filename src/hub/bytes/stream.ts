import type { Wanted } from '../../runtime/own/disk';
import type { Sink } from './protocol';
import { Again, answerOf, type Patience } from './answer';

/** What is asked for, to be told how far it is and what it waits for. */
export interface Telling {
  /** Bytes of the file that are here. */
  loaded: (bytes: number) => void;
  /** Why nothing comes at the moment, and for how many milliseconds; null when it comes again. */
  waits: (why: string | null, milliseconds: number) => void;
}

/** As long as an impatient visitor would wait; the last is repeated as often as it took. */
const usual: Patience = { stall: 30_000, waits: [1_000, 3_000, 10_000, 30_000, 60_000] };

/** The address of a file that stays: what it leads to is signed for an hour or so, and is asked for anew each time. */
const addressOf = ({ repo, commit, path }: Wanted, hub: string): string =>
  `${hub}/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;

/**
 * Fetches what is missing of a file, part by part into a sink that never holds more than one of them. After a cut, a stall or a refusal for a
 * while it asks the file's own address for the rest, and takes only an answer that begins there; where a server sends the whole once more,
 * it begins anew.
 * @param from bytes that the sink has
 * @throws Error of one sentence, or what `signal` was aborted with
 */
export async function fetchInto(
  file: Wanted,
  from: number,
  sink: Sink,
  {
    hub,
    fetcher,
    signal,
    telling,
    patience = usual,
  }: {
    hub: string;
    fetcher: typeof fetch;
    signal: AbortSignal;
    telling: Telling;
    patience?: Patience;
  },
): Promise<void> {
  let loaded = from;
  let failed = 0;
  while (loaded < file.bytes) {
    const before = loaded;
    try {
      const { body, begins } = await answerOf(file, addressOf(file, hub), loaded, {
        fetcher,
        signal,
        patience,
      });
      if (begins !== loaded) {
        await sink.restart();
        loaded = 0;
      }
      telling.waits(null, 0);
      for await (const part of body) {
        // A sink may take the bytes away.
        const { length } = part;
        if (loaded + length > file.bytes)
          throw new Error(
            `${file.path}: expected ${file.bytes} bytes, got more: it is not the file that the Hub lists.`,
          );
        await sink.write(part);
        telling.loaded((loaded += length));
      }
      if (loaded < file.bytes) throw new Again('the connection ended too early');
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Again)) throw error;
      failed = loaded > before ? 0 : failed + 1;
      if (failed > patience.waits.length)
        throw new Error(
          `${file.path}: ${error.message}, again and again; ${loaded.toLocaleString('en')} of ${file.bytes.toLocaleString('en')} bytes are here and stay. Go on later.`,
        );
      const pause = error.after ?? patience.waits[Math.max(0, failed - 1)];
      telling.waits(error.message, pause);
      await sleep(pause, signal);
    }
  }
}

/** @throws what `signal` was aborted with */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}
