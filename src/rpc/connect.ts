import { asError, Disconnected, fromErrorData, toErrorData } from './errors';
import type { Arguments, Endpoint, Methods, Reply, Request, Result } from './protocol';

export interface CallOptions<Progress> {
  /** Aborting rejects the call at once with the signal's reason and tells the handler, which may go on for a while. */
  signal?: AbortSignal;
  progress?: (value: Progress) => void;
  /** Buffers among the arguments that move instead of being copied. */
  transfer?: Transferable[];
}

/** The caller's end of a conversation. */
export interface Connection<M extends Methods<M>, Progress> {
  /** Rejects with what the handler threw, with Disconnected, or with a DataCloneError when the arguments cannot be sent. */
  call<K extends keyof M & string>(
    method: K,
    args: Arguments<M, K>,
    options?: CallOptions<Progress>,
  ): Promise<Result<M, K>>;
  /** Rejects whatever waits for an answer, and every later call, with Disconnected. Ending the worker itself is the caller's to do. */
  close(sentence: string): void;
}

export interface Listeners<News> {
  onEvent?: (news: News) => void;
  /** Told once when the other side is gone without having been closed from here. */
  onDeath?: (sentence: string) => void;
  /** Milliseconds that the other side may take until it says that it is ready; after that it counts as dead. */
  patience?: number;
}

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  progress: ((value: unknown) => void) | undefined;
}

/** Starts a conversation with whoever calls `expose` at the other end. What is called before that is ready waits, and is sent in order. */
export function connect<M extends Methods<M>, Progress = never, News = never>(
  target: Endpoint,
  { onEvent, onDeath, patience = 60_000 }: Listeners<News> = {},
): Connection<M, Progress> {
  const pending = new Map<number, Pending>();
  /** What is sent once the other side is ready; null when it is. */
  let waiting: (() => void)[] | null = [];
  let gone: string | null = null;
  let count = 0;

  const timer = setTimeout(
    () => die(`The worker could not be started: it said nothing for ${Math.round(patience / 1000)} seconds.`),
    patience,
  );

  function begin(): void {
    clearTimeout(timer);
    const sends = waiting ?? [];
    waiting = null;
    for (const send of sends) send();
  }

  function receive(reply: Reply): void {
    if (reply.kind === 'ready') return begin();
    if (reply.kind === 'event') return onEvent?.(reply.value as News);
    const call = pending.get(reply.id);
    if (!call) return;
    if (reply.kind === 'progress') return call.progress?.(reply.value);
    pending.delete(reply.id);
    if (reply.kind === 'result') call.resolve(reply.value);
    else call.reject(fromErrorData(reply.error));
  }

  function end(sentence: string): void {
    if (gone !== null) return;
    gone = sentence;
    clearTimeout(timer);
    waiting = null;
    for (const [type, listener] of listeners) target.removeEventListener(type, listener);
    for (const { reject } of pending.values()) reject(new Disconnected(sentence));
    pending.clear();
  }

  function die(sentence: string): void {
    if (gone !== null) return;
    end(sentence);
    onDeath?.(sentence);
  }

  function call(method: string, args: unknown[], options: CallOptions<Progress> = {}): Promise<unknown> {
    const { signal, progress, transfer = [] } = options;
    if (gone !== null) return Promise.reject(new Disconnected(gone));
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    const id = ++count;
    const post = (request: Request, buffers: Transferable[] = []) =>
      target.postMessage(request, { transfer: buffers });
    return new Promise((resolve, reject) => {
      const abort = () => {
        pending.delete(id);
        if (!waiting) post({ kind: 'abort', id, reason: toErrorData(signal?.reason) });
        reject(asError(signal?.reason));
      };
      const settle = () => signal?.removeEventListener('abort', abort);
      pending.set(id, {
        resolve: (value) => (settle(), resolve(value)),
        reject: (error) => (settle(), reject(error)),
        progress: progress as Pending['progress'],
      });
      signal?.addEventListener('abort', abort, { once: true });
      const send = () => {
        if (!pending.has(id)) return;
        try {
          post({ kind: 'call', id, method, args }, transfer);
        } catch (error) {
          pending.get(id)?.reject(asError(error));
          pending.delete(id);
        }
      };
      if (waiting) waiting.push(send);
      else send();
    });
  }

  const listeners: [type: string, listener: (event: Event) => void][] = [
    ['message', (event) => receive((event as MessageEvent<Reply>).data)],
    ['messageerror', () => die('The worker sent something that cannot be read.')],
    ['close', () => die('The other side closed the connection.')],
    [
      'error',
      (event) => {
        const { message } = event as ErrorEvent;
        die(
          message
            ? `The worker stopped: ${message}`
            : 'The worker could not be started: its script did not load.',
        );
      },
    ],
  ];
  for (const [type, listener] of listeners) target.addEventListener(type, listener);
  target.start?.();
  return { call: call as Connection<M, Progress>['call'], close: end };
}
