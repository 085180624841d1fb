import { asError, Superseded } from './errors';

export interface Place {
  /** Of the requests that wait in a lane only the newest is kept; without a lane all are. */
  lane?: string;
  /** Aborting gives up a waiting request, and the answer of a running one. */
  signal?: AbortSignal;
}

/** Runs tasks strictly one at a time, in order of arrival; one that fails does not hold up the next. */
export interface Queue {
  /**
   * Resolves or rejects as the task does.
   * @throws Superseded, by rejection, when a newer request of the same lane replaces this one while it waits; the signal's reason when
   * that aborts.
   */
  add<T>(task: () => T | Promise<T>, place?: Place): Promise<T>;
  /** Rejects all that waits with `reason`; what runs goes on. */
  clear(reason: Error): void;
  /** Tasks that run or wait. */
  readonly size: number;
}

interface Waiting {
  lane: string | undefined;
  start: () => Promise<void>;
  refuse: (reason: unknown) => void;
}

/** An empty queue. */
export function makeQueue(): Queue {
  const waiting: Waiting[] = [];
  let isRunning = false;

  async function next(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (let first = waiting.shift(); first; first = waiting.shift()) await first.start();
    isRunning = false;
  }

  function drop(isUnwanted: (entry: Waiting) => boolean, reason: unknown): void {
    for (const entry of waiting.filter(isUnwanted)) {
      waiting.splice(waiting.indexOf(entry), 1);
      entry.refuse(reason);
    }
  }

  function add<T>(task: () => T | Promise<T>, { lane, signal }: Place = {}): Promise<T> {
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    if (lane !== undefined)
      drop((entry) => entry.lane === lane, new Superseded('A newer request replaced this one.'));
    return new Promise<T>((resolve, reject) => {
      const refuse = (reason: unknown) => {
        signal?.removeEventListener('abort', abort);
        reject(asError(reason));
      };
      const start = async () => {
        try {
          resolve(await task());
          signal?.removeEventListener('abort', abort);
        } catch (error) {
          refuse(error);
        }
      };
      const entry = { lane, start, refuse };
      const abort = () => {
        if (waiting.includes(entry)) drop((other) => other === entry, signal?.reason);
        else refuse(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      waiting.push(entry);
      void next();
    });
  }

  return {
    add,
    clear: (reason) => drop(() => true, reason),
    get size() {
      return waiting.length + (isRunning ? 1 : 0);
    },
  };
}
