import { afterEach, expect, test } from 'vitest';
import { connect, type Listeners } from '../../src/rpc/connect';
import type { EchoCalls } from './echo.worker';

const workers: Worker[] = [];
afterEach(() => workers.splice(0).forEach((worker) => worker.terminate()));

function start(listeners: Listeners<never> = {}, url = new URL('./echo.worker.ts', import.meta.url)) {
  const worker = new Worker(url, { type: 'module' });
  workers.push(worker);
  return { worker, client: connect<EchoCalls, string>(worker, listeners) };
}

test('a real worker answers, with progress and buffers that move', async () => {
  const { client } = start();
  const numbers = Float32Array.of(1, 2, 3);
  const steps: string[] = [];
  const squares = await client.call('square', [numbers], {
    transfer: [numbers.buffer],
    progress: (step) => steps.push(step),
  });
  expect([...squares]).toEqual([1, 4, 9]);
  expect(numbers).toHaveLength(0);
  expect(steps).toEqual(['squaring']);
});

test('what it throws arrives with its class', async () => {
  const { client } = start();
  const error: unknown = await client.call('fail', []).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RangeError);
  expect((error as Error).stack).toContain('echo.worker');
});

test('a worker that is ended rejects what waits', async () => {
  const { client, worker } = start();
  const call = client.call('hang', []);
  worker.terminate();
  client.close('The run was cancelled.');
  await expect(call).rejects.toThrow('The run was cancelled.');
});

test('a worker that falls over rejects what waits and says so once', async () => {
  const sentences: string[] = [];
  const { client } = start({ onDeath: (sentence) => sentences.push(sentence) });
  const calls = [client.call('crash', []), client.call('hang', [])];
  for (const call of calls) await expect(call).rejects.toThrow(/^The worker stopped: .*the worker fell over/);
  expect(sentences).toHaveLength(1);
});

test('a worker whose script is missing rejects what waits', async () => {
  const { client } = start({}, new URL('/nowhere/missing.js', location.href));
  await expect(client.call('hang', [])).rejects.toThrow(
    'The worker could not be started: its script did not load.',
  );
});
