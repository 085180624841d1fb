import type { ErrorData } from './errors';

/** A set of methods, as an interface: name to signature. Arguments and results are plain data. */
export type Methods<M> = { [K in keyof M]: (...args: never[]) => unknown };
export type Arguments<M extends Methods<M>, K extends keyof M> = Parameters<M[K]>;
export type Result<M extends Methods<M>, K extends keyof M> = Awaited<ReturnType<M[K]>>;

/** What the caller sends. */
export type Request =
  | { kind: 'call'; id: number; method: string; args: unknown[] }
  | { kind: 'abort'; id: number; reason: ErrorData };

/**
 * What comes back. The first is `ready`, and nothing is sent to the other side before: a worker that never starts is told from one that is
 * slow. Replies find their call by its id, in whatever order; events belong to no call.
 */
export type Reply =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: ErrorData }
  | { kind: 'progress'; id: number; value: unknown }
  | { kind: 'event'; value: unknown };

/** Either end of a conversation: a Worker, a worker's own global, or a MessagePort. */
export interface Endpoint {
  postMessage(message: unknown, options: { transfer: Transferable[] }): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  /** MessagePorts deliver nothing before they are started. */
  start?(): void;
}
