import { fromErrorData, toErrorData } from './errors';
import type { Arguments, Endpoint, Methods, Reply, Request, Result } from './protocol';

/** What a handler is given beside the arguments. */
export interface Context<Progress> {
  /** Aborts when the caller does; its reason is the caller's. */
  signal: AbortSignal;
  progress: (value: Progress) => void;
}

/** A result whose buffers move to the caller instead of being copied. */
export class Moved<T> {
  constructor(
    readonly value: T,
    readonly buffers: Transferable[],
  ) {}
}

/** One function per method; calls arrive as they are made, so whoever needs one at a time puts a queue inside. */
export type Handlers<M extends Methods<M>, Progress> = {
  [K in keyof M]: (
    context: Context<Progress>,
    ...args: Arguments<M, K>
  ) => Result<M, K> | Moved<Result<M, K>> | Promise<Result<M, K> | Moved<Result<M, K>>>;
};

/** The worker's end of a conversation. */
export interface Exposed<News> {
  /** Tells the caller something that it did not ask. */
  emit: (news: News) => void;
  /** Stops listening and aborts what runs. */
  close: () => void;
}

/** Says that it is ready, and answers calls. Whatever a handler throws goes back as data, and so does a result that cannot be sent. */
export function expose<M extends Methods<M>, Progress = never, News = never>(
  target: Endpoint,
  handlers: Handlers<M, Progress>,
): Exposed<News> {
  const running = new Map<number, AbortController>();
  const send = (reply: Reply, transfer: Transferable[] = []) => target.postMessage(reply, { transfer });

  async function answer(id: number, method: string, args: unknown[]): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(handlers, method)) throw new TypeError(`There is no method called "${method}".`);
      const handler = handlers[method as keyof M] as (
        context: Context<Progress>,
        ...args: unknown[]
      ) => unknown;
      const progress = (value: Progress) => {
        if (running.has(id)) send({ kind: 'progress', id, value });
      };
      const value = await handler({ signal: controller.signal, progress }, ...args);
      if (value instanceof Moved) send({ kind: 'result', id, value: value.value }, value.buffers);
      else send({ kind: 'result', id, value });
    } catch (error) {
      send({ kind: 'error', id, error: toErrorData(error) });
    } finally {
      running.delete(id);
    }
  }

  const listen = (event: Event) => {
    const request = (event as MessageEvent<Request>).data;
    if (request.kind === 'abort') running.get(request.id)?.abort(fromErrorData(request.reason));
    else void answer(request.id, request.method, request.args);
  };
  target.addEventListener('message', listen);
  target.start?.();
  send({ kind: 'ready' });
  return {
    emit: (value) => send({ kind: 'event', value }),
    close: () => {
      target.removeEventListener('message', listen);
      for (const controller of running.values()) controller.abort();
    },
  };
}
