import { expect, test, vi } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import { connect } from '../../src/rpc/connect';
import type { EngineCalls, EngineNews, Progress } from '../../src/runtime/protocol';
import { serveEngine } from '../../src/runtime/serve';
import { ort, pageLoaders } from './page';

/** Counts how many GPU buffers are mapped, that is read back, meanwhile. */
async function readbacks(work: () => Promise<unknown>): Promise<number> {
  const mapAsync = vi.spyOn(GPUBuffer.prototype, 'mapAsync');
  await work();
  const { length } = mapAsync.mock.calls;
  mapAsync.mockRestore();
  return length;
}

test('WebGPU by request: all maps in two buffers at most, and a lost GPU is told in a sentence', async () => {
  const { port1, port2 } = new MessageChannel();
  serveEngine(pageLoaders, port1);
  const news: EngineNews[] = [];
  const engine = connect<EngineCalls, Progress, EngineNews>(port2, { onEvent: (told) => news.push(told) });
  const device = await engine.call('start', [{ base: `${location.origin}/`, backend: 'webgpu' }]);
  expect(device).toMatchObject({ kind: 'webgpu', reason: 'WebGPU, because the address asks for it.' });

  const folder = `zoo/${shipped[1]}`;
  const opened = await engine.call('open', [folder]);
  expect(opened).toMatchObject({ warning: null, agreement: { agrees: true }, backend: { kind: 'webgpu' } });

  const picture = { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(90) };
  await engine.call('show', [7, picture]);
  const run = (masked: number[]) =>
    engine.call('run', [
      folder,
      { picture: 7, crop: [0, 0, 1, 1], caption: 'a dog' },
      { task: 'match', attentions: 'all', masked },
    ]);
  expect([1, 2]).toContain(await readbacks(() => run([2])));

  (await ort.env.webgpu.device).destroy();
  const lost = () => news.filter(({ kind }) => kind === 'lost');
  await expect.poll(lost).toHaveLength(1);
  expect(lost()[0]).toMatchObject({
    sentence: expect.stringMatching(
      /^The GPU was lost \(.+\); the models are opened again on the next run\.$/,
    ) as string,
  });
});
