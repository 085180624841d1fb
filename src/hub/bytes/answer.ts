import type { Wanted } from '../../runtime/own/disk';

/** When a download is taken up again, in milliseconds. */
export interface Patience {
  /** Without a byte for so long, a connection counts as dead: a machine that slept has such. */
  stall: number;
  /** Waits before each attempt that follows one without a new byte; after the last one it fails. */
  waits: readonly number[];
}

/** The rest may still come: a connection that ended, a server that asks to wait. */
export class Again extends Error {
  /** Milliseconds that the server asks for; null where it does not say. */
  readonly after: number | null;
  constructor(message: string, after: number | null = null) {
    super(message);
    this.after = after;
  }
}

/** Milliseconds that are waited at most, whatever a server asks for. */
const longest = 300_000;

/**
 * Asks for a file from a place on.
 * @returns its bytes as they come, and where they begin: at `from`, or at 0 where the server has no ranges
 * @throws Again, or Error of one sentence when asking again is of no use
 */
export async function answerOf(
  file: Wanted,
  address: string,
  from: number,
  { fetcher, signal, patience }: { fetcher: typeof fetch; signal: AbortSignal; patience: Patience },
): Promise<{ body: AsyncIterable<Uint8Array<ArrayBuffer>>; begins: number }> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  // One open range is among the headers that need no permission asked beforehand.
  const asked = fetcher(address, {
    headers: { Range: `bytes=${from}-` },
    signal: either,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
  });
  const response = await within(patience.stall, stop, asked).catch((error: unknown) => {
    throw error instanceof Again ? error : new Again('there was no answer');
  });
  try {
    const begins = beginOf(file, response, from);
    return { body: partsOf(response, patience.stall, stop), begins };
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** Where the bytes of an answer begin. @throws Again or Error of one sentence when they are not the file's */
function beginOf(file: Wanted, { status, headers }: Response, from: number): number {
  if (headers.get('content-type')?.startsWith('text/html'))
    throw new Error(
      `${file.path}: expected a file, got a web page: something between this browser and the Hub answers in its place.`,
    );
  if (status === 206) {
    const [, begin, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    // Not every server lets pages read this header.
    if (begin === undefined && !headers.has('content-range')) return from;
    if (Number(begin) !== from || (size !== '*' && Number(size) !== file.bytes))
      throw new Error(
        `${file.path}: expected bytes ${from} to ${file.bytes} of the file, got “${headers.get('content-range')}”: it is not the file that the Hub lists.`,
      );
    return from;
  }
  if (status === 200) return 0;
  if (status === 416)
    throw new Error(
      `${file.path}: expected ${file.bytes} bytes, and the server says that it has fewer: it is not the file that the Hub lists.`,
    );
  if (status === 429) throw new Again('the Hub asks to wait', waitOf(headers));
  if (status === 403 && headers.get('x-error-code') !== 'GatedRepo')
    throw new Again('the address had expired', 0);
  if (status === 401 || status === 403)
    throw new Error(
      `${file.path}: the Hub does not give it to everyone: its makers ask for an agreement, or it was made private.`,
    );
  if (status >= 500 || status === 408)
    throw new Again(`the server failed (status ${status})`, waitOf(headers));
  throw new Error(`${file.path}: expected a file, got “status ${status}”: it is not there.`);
}

/** What a server asks to wait, by either header that says it. */
function waitOf(headers: Headers): number | null {
  const seconds = headers.get('retry-after') ?? /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  const asked = Number(seconds) * 1000;
  return seconds && Number.isFinite(asked) ? Math.min(asked, longest) : null;
}

/** Bytes that are gathered before they are handed on, and milliseconds that they wait for at most: each handing over costs a journey to a worker. */
const [most, soon] = [2 ** 20, 200];

/** The bytes of an answer as they come; what came before it broke is handed on first. */
async function* partsOf(
  response: Response,
  stall: number,
  stop: AbortController,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let [size, since] = [0, performance.now()];
  try {
    for (;;) {
      const part = await within(stall, stop, reader?.read()).catch((error: unknown) =>
        error instanceof Again ? error : new Again('the connection broke'),
      );
      const value = part instanceof Again ? undefined : part?.value;
      if (value) {
        parts.push(value);
        size += value.length;
      }
      if (size > 0 && (!value || size >= most || performance.now() - since >= soon)) {
        yield joined(parts, size);
        [parts, size, since] = [[], 0, performance.now()];
      }
      if (part instanceof Again) throw part;
      if (!value) return;
    }
  } finally {
    stop.abort();
  }
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @throws Again when nothing comes for so long */
async function within<T>(milliseconds: number, stop: AbortController, work: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Again(`nothing came for ${Math.round(milliseconds / 1000)} seconds`));
      stop.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
