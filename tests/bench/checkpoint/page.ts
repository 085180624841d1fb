import { startEngine } from '../../../src/runtime/client';
import { declareTrust } from '../../../src/site/trust';
import type { Ask, Input } from '../../../src/trace/trace';
import type { PlainCalls } from './plain/engine.worker';

declareTrust();

/** What was chosen in the page's only field. */
const chosen = () => [...document.querySelector('input')!.files!];

/** A picture of ViLT's own size, and a caption of five words. */
const input: Input = {
  picture: { width: 384, height: 384, data: new Uint8ClampedArray(384 * 384 * 4).fill(90) },
  crop: [0, 0, 1, 1],
  caption: 'a red dog beside trees',
};
const everything: Ask = { task: 'match', attentions: 'all' };

/** An engine in which the runtime itself is there, as it is in a page that shows its own models. */
async function warmEngine() {
  const engine = startEngine({ base: new URL('../../../', location.href).href, backend: 'wasm' });
  await engine.open('zoo/vilt-mini');
  return engine;
}

/** A worker that has the runtime and nothing of ours, and answers one call. */
function plainly<K extends keyof PlainCalls>(name: K, files: File[]): Promise<PlainCalls[K]> {
  const worker = new Worker(new URL('./plain/engine.worker.ts', import.meta.url), { type: 'module' });
  const said = new Promise<PlainCalls[K]>((done, fail) => {
    worker.onmessage = ({ data }: MessageEvent<{ said: PlainCalls[K] } | { error: string }>) =>
      'error' in data ? fail(new Error(data.error)) : done(data.said);
  });
  worker.postMessage([name, files]);
  return said.finally(() => worker.terminate());
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const bench = {
  /** Opens the folder that was chosen as the page does. Milliseconds until it is read, open and shown, and until it is on the browser's disk. */
  async open() {
    const engine = await warmEngine();
    const start = performance.now();
    const { id } = await engine.examine(chosen());
    const read = performance.now() - start;
    await engine.keep(id, {});
    const stored = engine.store(id).then(() => performance.now() - start);
    await engine.open(`own/${id}`);
    const opened = performance.now() - start;
    const { attentions } = await engine.run(`own/${id}`, input, everything);
    const shown = performance.now() - start;
    const maps = attentions.filter(({ weights }) => weights).length;
    const said = { read, opened, shown, maps, stored: await stored };
    engine.cancel();
    return said;
  },

  /** Makes a session of the model file that was chosen. Milliseconds with reading it. */
  inside: () => plainly('inside', chosen()),

  /** Runs the CLIP that was chosen in the library, and prints milliseconds of each run. */
  library: () => plainly('library', chosen()),

  /** Nothing but what all of these begin with. */
  async warm() {
    await warmEngine();
  },

  /** Runs the CLIP whose folder was chosen, with all attention and without any in turn. Milliseconds of each run, from the page and back. */
  async runs(rounds = 7) {
    const engine = await warmEngine();
    const { id } = await engine.examine(chosen());
    await engine.keep(id, {});
    const run = (attentions: Ask['attentions']) =>
      timed(() => engine.run(`own/${id}`, input, { ...everything, attentions }));
    const each = { all: [] as number[], none: [] as number[] };
    for (const attentions of ['all', 'none'] as const) await run(attentions);
    for (let i = 0; i < rounds; i++)
      for (const attentions of ['all', 'none'] as const) each[attentions].push(await run(attentions));
    engine.cancel();
    return each;
  },
};

export type CheckpointBench = typeof bench;
Object.assign(window, { bench });
