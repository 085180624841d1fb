import { expose, Moved, type Context, type Handlers } from '../rpc/expose';
import type { Endpoint } from '../rpc/protocol';
import type { Picture, Trace } from '../trace/trace';
import { Builds, type Loaders } from './trial/builds';
import { openShelf } from './cache';
import { inspectMachine } from './device';
import { LocalEngine } from './engine';
import { holdLifeline, type Locks } from './lifeline';
import { library } from './own/own';
import { held, type EngineCalls, type EngineNews, type Given, type Progress, type Start } from './protocol';
import { watchThreads } from './threads';
import { makeVerdicts } from './trial/verdicts';

/** Answers the client's calls with an engine that is made by its first call, `start`. */
export function serveEngine(loaders: Loaders, target: Endpoint, locks?: Locks): void {
  let engine: Promise<LocalEngine> | null = null;
  const started = () => {
    if (!engine) throw new Error('expected the call "start" before any other');
    return engine;
  };
  const pictures = new Map<number, Picture>();
  const shown = <T extends { picture: number }>(of: T) => {
    const picture = pictures.get(of.picture);
    if (!picture) throw new Error(`expected a picture that was shown, got number ${of.picture}`);
    return { ...of, picture };
  };
  const withPicture = ({ second, ...input }: Given) => ({
    ...shown(input),
    ...(second && { second: shown(second) }),
  });
  const tell = ({ progress }: Context<Progress>) => progress;
  const handlers: Handlers<EngineCalls, Progress> = {
    start: async (_, options) => {
      engine = makeEngine(loaders, options, (sentence) => emit({ kind: 'lost', sentence }));
      await holdLifeline(options.lifeline, locks);
      return (await engine).device();
    },
    load: async (context, folder) => (await started()).load(folder, tell(context)),
    open: async (context, folder) => (await started()).open(folder, tell(context)),
    read: async (_, folder, caption) => (await started()).read(folder, caption),
    show: (_, number, picture) => {
      pictures.set(number, picture);
      for (const first of [...pictures.keys()].slice(0, -held)) pictures.delete(first);
    },
    judge: async (_, backbone, input) => (await started()).judge(backbone, withPicture(input)),
    run: async (_, folder, input, ask) => {
      const trace = await (await started()).run(folder, withPicture(input), ask);
      return new Moved(trace, buffersOf(trace));
    },
    close: async (_, folder) => (await started()).close(folder),
    examine: async ({ progress, signal }, files, folder) =>
      (await started()).own.examine(files, progress, signal, folder),
    interview: async ({ progress, signal }, id) => {
      const one = await started();
      return one.own.interview(await one.wasm(), id, progress, signal);
    },
    keep: async (_, id, answers) => {
      const one = await started();
      const manifest = one.own.keep(id, answers);
      await one.close(`own/${id}`);
      return manifest;
    },
    store: async (_, id) => {
      const one = await started();
      await one.shown(`own/${id}`);
      return one.own.store(id);
    },
  };
  const { emit } = expose<EngineCalls, Progress, EngineNews>(target, handlers);
  watchThreads(globalThis, (waiting) => emit({ kind: 'threads', waiting }));
}

async function makeEngine(
  loaders: Loaders,
  { base, backend, threads }: Start,
  onLost: (sentence: string) => void,
): Promise<LocalEngine> {
  const [machine, shelf] = await Promise.all([inspectMachine(threads), openShelf()]);
  return new LocalEngine({
    builds: new Builds(loaders, machine.threads),
    machine,
    forced: backend,
    verdicts: makeVerdicts(shelf, base),
    base,
    ...library(shelf, base, (url, how) => fetch(url, how)),
    onDevice: (device) =>
      void device.lost.then(({ message, reason }) =>
        onLost(`The GPU was lost (${message || reason}); the models are opened again on the next run.`),
      ),
  });
}

/** Every buffer of a trace, once: attentions share one. */
function buffersOf({ attentions, outputs, similarity }: Trace): ArrayBuffer[] {
  const tensors = [...attentions.flatMap(({ weights }) => weights ?? []), ...Object.values(outputs)];
  if (similarity) tensors.push(similarity);
  return [...new Set(tensors.map(({ data }) => data.buffer))];
}
