import { afterEach, describe, expect, test, vi } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import { Lost, startEngine, Superseded, type Engine, type Progress } from '../../src/runtime/client';
import type { Ask, Input } from '../../src/trace/trace';

// Every test starts a worker, which compiles 27 MB of WebAssembly.
vi.setConfig({ testTimeout: 90_000 });

const input: Input = {
  picture: { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(200) },
  crop: [0, 0, 1, 1],
  caption: 'a red circle above a dog',
};
const everything: Ask = { task: 'match', attentions: 'all' };
const nothing: Ask = { task: 'match', attentions: 'none' };
const folder = `zoo/${shipped[0]}`;
const engines: Engine[] = [];

function start(options: Parameters<typeof startEngine>[0] = {}): Engine {
  const engine = startEngine({ base: `${location.origin}/`, locks: navigator.locks, ...options });
  engines.push(engine);
  return engine;
}
afterEach(() => engines.splice(0).forEach((engine) => engine.cancel()));

/** Names of the errors that some promises reject with, null for those that do not. */
const failures = async (promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((result) =>
    result.status === 'rejected' ? (result.reason as Error).name : null,
  );

/** Starts an engine whose worker the test can reach. */
function startReachable(): { engine: Engine; worker: Worker } {
  const Real = globalThis.Worker;
  const made: Worker[] = [];
  globalThis.Worker = new Proxy(Real, {
    construct(target, args: ConstructorParameters<typeof Real>) {
      const worker = new target(...args);
      made.push(worker);
      return worker;
    },
  });
  const engine = start();
  void engine.device().catch(() => {});
  globalThis.Worker = Real;
  return { engine, worker: made[0] };
}

test('the badge: WebAssembly with threads, and why', async () => {
  const device = await start({ backend: 'wasm' }).device();
  expect(device).toMatchObject({ kind: 'wasm', isolated: true });
  expect(device.threads).toBe(Math.min(4, navigator.hardwareConcurrency));
  expect(device.reason).toBe('WebAssembly, because the address asks for it.');
});

test.each(shipped)('%s opens with progress and agrees with PyTorch', async (id) => {
  const told: Progress[] = [];
  const opened = await start().open(`zoo/${id}`, (progress) => told.push(progress));
  expect(opened).toMatchObject({ warning: null, agreement: { agrees: true }, backend: { kind: 'wasm' } });
  expect([...new Set(told.map(({ step }) => step))]).toEqual([
    'manifest',
    'download',
    'session',
    'reference',
  ]);
  const last = told.findLast(({ step }) => step === 'download');
  expect(last?.loaded).toBe(last?.total);
});

describe('one queue', () => {
  test('of what waits in a lane only the newest runs; a failure holds up nothing; reading does not wait', async () => {
    const engine = start();
    const run = (caption: string) => engine.run(folder, { ...input, caption }, everything, 'typing');
    await engine.open(folder);
    const first = run('a');
    const typed = ['a d', 'a do', 'a dog'].map(run);
    const bad = engine.run(folder, { ...input, crop: [2, 2, 0, 0] }, nothing, 'bad');
    const foil = engine.run(folder, { ...input, caption: 'a cat' }, nothing, 'foil');
    const read = engine.read(folder, 'a dog');
    expect(await failures([first, ...typed, bad, foil, read])).toEqual([
      null,
      'Superseded',
      'Superseded',
      null,
      'Error',
      null,
      null,
    ]);
    expect((await typed[2]).caption).toBe('a dog');
    expect((await typed[2]).attentions.every(({ weights }) => weights)).toBe(true);
    expect((await read).tokens.map(({ text }) => text)).toEqual(['[CLS]', 'a', 'dog', '[SEP]']);
  });

  test('cancelling rejects all that is pending at once, and the next run starts anew', async () => {
    const engine = start();
    await engine.open(folder);
    const pending = [engine.run(folder, input, everything), engine.run(folder, input, nothing, 'foil')];
    engine.cancel();
    expect(await failures(pending)).toEqual(['Superseded', 'Superseded']);
    await expect(pending[0]).rejects.toBeInstanceOf(Superseded);
    expect((await engine.run(folder, input, nothing)).model).toBe(shipped[0]);
  });
});

describe('a worker in trouble', () => {
  test('a crash is one sentence for all that waits, and the next request starts a new worker', async () => {
    const { engine, worker } = startReachable();
    const told: string[] = [];
    engine.onRestart((sentence) => told.push(sentence));
    await engine.open(folder);
    const pending = engine.run(folder, input, everything);
    worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
    await expect(pending).rejects.toThrow('The worker stopped: out of memory');
    expect(told).toEqual(['The worker stopped: out of memory']);
    expect((await engine.run(folder, input, nothing)).model).toBe(shipped[0]);
  });

  test('one that is ended in a run without a word is noticed, and the next request starts another', async () => {
    const { engine, worker } = startReachable();
    const told: string[] = [];
    engine.onRestart((sentence) => told.push(sentence));
    await engine.open(folder);
    const pending = engine.run(folder, input, everything);
    worker.terminate();
    await expect(pending).rejects.toBeInstanceOf(Lost);
    expect(told).toEqual(['The worker was ended from outside.']);
    expect((await engine.run(folder, input, nothing)).model).toBe(shipped[0]);
  });

  test('a run that takes too long is told, again and again, and goes on', async () => {
    const engine = start({ patience: 1 });
    const stalls: number[] = [];
    engine.onStall((seconds) => stalls.push(seconds));
    expect((await engine.run(folder, input, nothing)).model).toBe(shipped[0]);
    expect(stalls.length).toBeGreaterThan(1);
  });

  test('a model that is not there is one sentence', () =>
    expect(start().open('zoo/none')).rejects.toThrow(
      /^manifest.json: expected a file at .*zoo\/none\/manifest.json, got/,
    ));
});

describe('the Cache API', () => {
  test('what was damaged there is fetched again', async () => {
    const shelf = await caches.open('models-1');
    await start().open(folder);
    const keys = (await shelf.keys()).filter(({ url }) => url.includes('/sha256/'));
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) await shelf.put(key, new Response('damaged'));
    expect((await start().open(folder)).agreement?.agrees).toBe(true);
    const sizes = await Promise.all(
      keys.map(async (key) => (await (await shelf.match(key))?.blob())?.size ?? 0),
    );
    expect(Math.max(...sizes)).toBeGreaterThan(1_000_000);
  });
});

test('weights that stay in their file: a visitor’s model opens, outlives its worker before it was written, and is kept', async () => {
  const engine = start({ backend: 'wasm' });
  const urls = import.meta.glob<string>('../oracle/beside/vilt.onnx*', {
    query: '?url',
    import: 'default',
    eager: true,
  });
  const files = await Promise.all(
    Object.entries(urls).map(async ([path, url]) => {
      const bytes = await (await fetch(url)).arrayBuffer();
      return new File([bytes], path.split('/').at(-1)!);
    }),
  );
  const { id, answers } = await engine.examine(files);
  await engine.keep(id, answers);
  const ids = { ...input, caption: '1 11 12 2' };
  await engine.open(`own/${id}`);
  const first = await engine.run(`own/${id}`, ids, everything);
  engine.cancel();
  await engine.open(`own/${id}`);
  const again = await engine.run(`own/${id}`, ids, everything);
  expect(again.attentions.map(({ weights }) => weights!.data)).toEqual(
    first.attentions.map(({ weights }) => weights!.data),
  );
  expect(await engine.store(id)).toBe(true);
  const other = start({ backend: 'wasm' });
  expect((await other.open(`own/${id}`)).manifest.id).toBe(id);
});
