import { afterEach, expect, test, vi } from 'vitest';
import { shipped } from '../../../src/architectures/manifest';
import { startEngine } from '../../../src/runtime/client';
import { watchThreads } from '../../../src/runtime/threads';
import silent from './silent.worker?worker&url';

// Workers are started, which compile 13 MB of WebAssembly each.
vi.setConfig({ testTimeout: 90_000 });

const Real = globalThis.Worker;
afterEach(() => void (globalThis.Worker = Real));

test('a thread is waited for while it is made, and from the first message to it until it answers', async () => {
  const scope = { Worker: Real };
  const told: boolean[] = [];
  watchThreads(scope, (waiting) => told.push(waiting));
  const source = 'onmessage = ({ data }) => data === "answer" && postMessage("here")';
  const worker = new scope.Worker(URL.createObjectURL(new Blob([source])));
  expect(told).toEqual([true, false]);
  worker.postMessage('nothing');
  expect(told).toEqual([true, false, true]);
  worker.postMessage('answer');
  await vi.waitUntil(() => told.length > 3);
  expect(told).toEqual([true, false, true, false]);
  worker.postMessage('nothing');
  expect(told).toHaveLength(4);
  worker.terminate();
});

test('one that fails to start is not waited for', async () => {
  const scope = { Worker: Real };
  const told: boolean[] = [];
  watchThreads(scope, (waiting) => told.push(waiting));
  const worker = new scope.Worker(URL.createObjectURL(new Blob(['throw new Error("no")'])));
  worker.addEventListener('error', (event) => event.preventDefault());
  worker.postMessage('nothing');
  await vi.waitUntil(() => told.length > 3);
  expect(told.at(-1)).toBe(false);
});

test('where no thread comes up the engine starts anew, then with one, and says so; what was asked for is answered', async () => {
  let made = 0;
  globalThis.Worker = new Proxy(Real, {
    construct(target, [, options]: ConstructorParameters<typeof Real>) {
      made += 1;
      return new target(silent, options);
    },
  });
  const engine = startEngine({ base: `${location.origin}/`, backend: 'wasm', threadPatience: 400 });
  const told: string[] = [];
  engine.onRestart((sentence) => told.push(sentence));
  expect((await engine.device()).threads).toBeGreaterThan(1);
  const opened = await engine.open(`zoo/${shipped[0]}`);
  expect(opened).toMatchObject({ agreement: { agrees: true }, backend: { device: '1 thread' } });
  expect(told).toEqual(['Threads of WebAssembly do not come up here, so models run on one.']);
  expect(made).toBe(3);
  expect((await engine.device()).threads).toBe(1);
  engine.cancel();
});
