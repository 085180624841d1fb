/** When a download is taken up again, in milliseconds. */
export interface Patience {
  /** Without a byte for so long, a connection counts as dead: a machine that slept has such. */
  stall: number;
  /** Waits before each attempt that follows one without a new byte; after the last one it fails. */
  waits: readonly number[];
}

const usual: Patience = { stall: 30_000, waits: [500, 2_000, 5_000, 15_000, 30_000] };

/** Asks for the file, or for the rest of it. @throws Error of one sentence */
type Ask = (how: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>;

/** The connection ended or stalled, and the rest may still come. */
class Cut extends Error {}

/**
 * Receives a file of a known size. After a cut it asks for the rest (RFC 9110, section 14); where the server has no ranges it takes the
 * whole once more.
 * @throws Error of one sentence when the server refuses, sends more or less, or the connection ends again and again
 */
export async function receive(
  { name, bytes: size }: { name: string; bytes: number },
  ask: Ask,
  progress: (loaded: number) => void,
  { stall, waits }: Patience = usual,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  const wrong = (got: string) => new Error(`${name}: expected ${count(size)}, got ${got}.`);
  let loaded = 0;
  let most = 0;

  async function attempt(): Promise<void> {
    const stop = new AbortController();
    const headers: Record<string, string> = loaded > 0 ? { Range: `bytes=${loaded}-` } : {};
    const response = await within(stall, stop, ask({ headers, signal: stop.signal })).catch(
      (error: unknown) => {
        // Before the first byte, whoever asked is told at once; later, a server that is gone may come back.
        throw most > 0 ? new Cut() : error;
      },
    );
    if (!continues(response, loaded)) loaded = 0;
    const reader = response.body?.getReader();
    for (;;) {
      const part = await within(stall, stop, reader?.read()).catch(() => {
        throw new Cut();
      });
      if (!part?.value) break;
      if (loaded + part.value.length > size) {
        stop.abort();
        throw wrong('more');
      }
      bytes.set(part.value, loaded);
      loaded += part.value.length;
      progress(loaded);
    }
    if (loaded !== size) throw wrong(`only ${count(loaded)}`);
  }

  for (let failed = 0; ; failed++) {
    try {
      await attempt();
      return bytes;
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      if (loaded > most) failed = 0;
      most = Math.max(most, loaded);
      if (failed >= waits.length) throw wrong(`${count(loaded)} before the connection ended`);
      await new Promise((resolve) => setTimeout(resolve, waits[failed]));
    }
  }
}

/** Whether an answer begins where the last one ended; else it is the whole file. */
function continues({ status, headers }: Response, loaded: number): boolean {
  return status === 206 && headers.get('content-range')?.startsWith(`bytes ${loaded}-`) === true;
}

/** @throws Cut when nothing comes for so long */
async function within<T>(milliseconds: number, stop: AbortController, work: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Cut());
      stop.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const count = (bytes: number) => `${bytes.toLocaleString('en')} bytes`;
