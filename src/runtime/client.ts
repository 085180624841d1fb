import { connect } from '../rpc/connect';
import { Superseded, Unstarted } from '../rpc/errors';
import { makeQueue } from '../rpc/queue';
import { tellAwake } from './awake';
import { Brought } from './brought';
import { givenTo, type Life } from './life';
import { watchLifeline, type Locks } from './lifeline';
import type { Manifest } from '../architectures/manifest';
import type { Answers } from '../architectures/found/proposal';
import type { Ask, Input, Reading, Trace } from '../trace/trace';
import type { DeviceReport, EngineCalls, EngineNews, Examined, Opened, Progress, Start } from './protocol';

export type { Answers, Question } from '../architectures/found/proposal';
export { NotHeld } from './download';
export { arrivalKey, disownFrom, disownModel, ownedModels } from './own/owned';
export type { DeviceReport, Examined, Opened, Progress } from './protocol';
export { Superseded } from '../rpc/errors';

/** The engine as the page sees it. Runs go strictly one after another in one worker, across all models. */
export interface Engine {
  device(): Promise<DeviceReport>;
  /** Downloads (or takes from the cache), verifies and opens the model in `folder`, e.g. "zoo/vilt-mini". Idempotent. */
  open(folder: string, progress?: (progress: Progress) => void): Promise<Opened>;
  /** Tokens of a caption as the model sees them; needs no session and does not wait for running models. */
  read(folder: string, caption: string): Promise<Reading>;
  /**
   * Runs the model. While a request is running only the newest waiting one of the same `lane` is kept (default: the folder and task);
   * the others reject with `Superseded`.
   */
  run(folder: string, input: Input, ask: Ask, lane?: string): Promise<Trace>;
  /** Whether a picture is like the photographs that models over a backbone were trained on, as it sees it; null where it cannot tell. */
  judge(backbone: string, input: Input): Promise<boolean | null>;
  /**
   * Reads files that a visitor brings, and says what model they are. Does not wait for running models.
   * @param folder that the files lie in, where they were fetched from the Hub
   * @throws Error of one sentence, or what `signal` was aborted with
   */
  examine(
    files: readonly File[],
    progress?: (progress: Progress) => void,
    signal?: AbortSignal,
    folder?: string | null,
  ): Promise<Examined>;
  /**
   * Asks an examined model about itself by a few runs, after those that wait. A model that takes longer than two minutes ends the worker.
   * @throws Error of one sentence, or what `signal` was aborted with
   */
  interview(id: string, progress?: (progress: Progress) => void, signal?: AbortSignal): Promise<Examined>;
  /** Makes an examined model one that `open` finds in "own/<id>", under these answers, until the page is closed. */
  keep(id: string, answers: Answers): Promise<Manifest>;
  /** Writes it to the browser's disk, once it was run: a copy is in nobody's way then. @returns whether it is there at the next visit too */
  store(id: string): Promise<boolean>;
  /** Stops what runs by ending the worker; a new one starts at the next request, with models from the cache. */
  cancel(): void;
  /** Told when the worker was lost: GPU gone or crash. `sentence` says why; the next request starts a new one. */
  onRestart(listener: (sentence: string) => void): void;
  /** Told when a run takes so long that the visitor should be asked; answer by `cancel()` or by doing nothing. */
  onStall(listener: (seconds: number) => void): void;
}

/** The worker was ended for another to take its place; what waited for it is asked for again. */
class Replaced extends Error {}

/** The worker was lost while it was asked for something; a new one starts with the next request. */
export class Lost extends Error {}

export interface EngineOptions extends Partial<Omit<Start, 'lifeline' | 'threads'>> {
  /** Milliseconds that any run may take before `onStall`; one 20 times as long as the last may take longer. */
  patience?: number;
  /** Milliseconds that a thread of WebAssembly may take to come up. */
  threadPatience?: number;
  /** By which a worker that ends without a word is noticed. */
  locks?: Locks;
}

/** Milliseconds that a model may take to say what it is. */
const longest = 120_000;

const backends = ['webgpu', 'wasm'] as const;

/** The backend that an address such as "?backend=wasm" asks for. */
function askedBackend(search: string): Start['backend'] {
  const asked = new URLSearchParams(search).get('backend');
  return backends.find((backend) => backend === asked) ?? null;
}

/** Makes an engine. Its worker starts with the first request; by default it serves this page's address and `?backend=`. */
export function startEngine(options: EngineOptions = {}): Engine {
  const { patience = 60_000, threadPatience = 15_000, locks } = options;
  const { base = location.href, backend = askedBackend(location.search) } = options;
  const queue = makeQueue();
  const restarted = new Set<(sentence: string) => void>();
  const stalled = new Set<(seconds: number) => void>();
  const brought = new Brought();
  let life: Life | null = null;
  let last = 0;
  /** How often threads did not come up. */
  let threadless = 0;

  function live(): Life {
    if (life) return life;
    const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), {
      type: 'module',
      name: 'engine',
    });
    let unwatch = () => {};
    const connection = connect<EngineCalls, Progress, EngineNews>(worker, {
      onEvent: (news) => {
        if (news.kind === 'lost') return lose(news.sentence);
        unwatch();
        unwatch = news.waiting ? tellAwake(threadPatience, giveUpThreads) : () => {};
      },
      onDeath: lose,
    });
    const [end, lifeline] = [new AbortController(), locks ? `vlpm-worker-${crypto.randomUUID()}` : null];
    end.signal.addEventListener('abort', () => unwatch());
    const threads = threadless > 1 ? 1 : null;
    const device = connection.call('start', [{ base, backend, lifeline, threads }]);
    device.then(
      () => watchLifeline(lifeline, locks, end.signal, () => lose('The worker was ended from outside.')),
      () => {},
    );
    const empty = { opened: new Map(), shown: new Map(), pictures: 0, lacking: false };
    return (life = { worker, connection, device, end, ...empty });
  }

  function stop(reason: Error): void {
    life?.end.abort(reason);
    life?.connection.close(reason.message);
    life?.worker.terminate();
    life = null;
    queue.clear(reason);
  }

  function lose(sentence: string): void {
    stop(new Lost(sentence));
    for (const listener of restarted) listener(sentence);
  }

  /** Starts anew; the second time with one thread, which is the worker itself. */
  function giveUpThreads(): void {
    threadless += 1;
    stop(new Replaced('The threads of WebAssembly did not come up.'));
    if (threadless < 2) return;
    for (const listener of restarted)
      listener('Threads of WebAssembly do not come up here, so models run on one.');
  }

  /** Notes when a task finds that the worker lacks a part of itself. */
  async function noted<T>(task: () => Promise<T>): Promise<T> {
    const asked = live();
    try {
      return await task();
    } catch (error) {
      if (error instanceof Unstarted) asked.lacking = true;
      throw error;
    }
  }

  /** Asks again what a worker that was replaced could not answer. */
  async function persist<T>(task: () => Promise<T>): Promise<T> {
    for (;;)
      try {
        return await noted(task);
      } catch (error) {
        if (!(error instanceof Replaced)) throw error;
      }
  }

  /** A worker that lacks a part of itself is replaced, if the server answers: where it does not, there would be no other. */
  async function whole(): Promise<Life> {
    const now = live();
    if (!now.lacking || !(await fetch(base, { cache: 'no-store' }).catch(() => null))) return now;
    if (life === now) stop(new Replaced('The engine was started anew.'));
    return live();
  }

  /** Tells when a task of the worker takes suspiciously long, again and again until it ends. */
  async function watched<T>(task: () => Promise<T>): Promise<T> {
    const stop = tellAwake(Math.max(patience, 20 * last), (seconds) => {
      for (const listener of stalled) listener(seconds);
    });
    try {
      return await task();
    } finally {
      stop();
    }
  }

  async function open(folder: string, progress: (progress: Progress) => void): Promise<Opened> {
    const now = live();
    const { connection, end } = now;
    await brought.again(folder, now, progress);
    await connection.call('load', [folder], { signal: end.signal, progress });
    return queue.add(
      () => watched(() => connection.call('open', [folder], { signal: end.signal, progress })),
      {
        signal: end.signal,
      },
    );
  }

  return {
    device: () => live().device,
    async open(folder, progress = () => {}) {
      const { opened } = await whole();
      let opening = opened.get(folder);
      if (!opening) {
        opening = persist(() => open(folder, progress));
        opened.set(folder, opening);
        opening.catch(() => opened.delete(folder));
      }
      return opening;
    },
    read(folder, caption) {
      return persist(() => {
        const { connection, end } = live();
        return connection.call('read', [folder, caption], { signal: end.signal });
      });
    },
    run(folder, input, ask, lane = `${folder} ${ask.task}`) {
      const task = async () => {
        const now = live();
        const { connection, end } = now;
        const start = performance.now();
        const given = await givenTo(now, input);
        const trace = await connection.call('run', [folder, given, ask], {
          signal: end.signal,
        });
        last = performance.now() - start;
        return trace;
      };
      return persist(() => queue.add(() => watched(task), { lane }));
    },
    judge(backbone, input) {
      const task = async () => {
        const now = live();
        const given = await givenTo(now, input);
        return now.connection.call('judge', [backbone, given], { signal: now.end.signal });
      };
      return persist(() => queue.add(() => watched(task)));
    },
    examine: async (files, progress = () => {}, signal, folder = null) =>
      brought.examine(await whole(), { files, folder }, progress, signal),
    interview(id, progress = () => {}, signal) {
      const task = async () => {
        const { connection, end } = live();
        const either = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
        const asking = connection.call('interview', [id], { signal: either, progress });
        const timer = setTimeout(
          () => lose('The model took longer than two minutes to answer, so the engine was started anew.'),
          longest,
        );
        return asking.finally(() => clearTimeout(timer));
      };
      return noted(() => queue.add(task));
    },
    async keep(id, answers) {
      const now = live();
      const manifest = await queue.add(() =>
        now.connection.call('keep', [id, answers], { signal: now.end.signal }),
      );
      now.opened.delete(`own/${id}`);
      brought.kept(id, answers, now);
      return manifest;
    },
    async store(id) {
      const { connection, end } = live();
      const kept = await connection.call('store', [id], { signal: end.signal });
      if (kept) brought.stored(id);
      return kept;
    },
    cancel: () => stop(new Superseded('The run was stopped.')),
    onRestart: (listener) => void restarted.add(listener),
    onStall: (listener) => void stalled.add(listener),
  };
}
