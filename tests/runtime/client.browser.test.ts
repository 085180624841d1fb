import { afterEach, describe, expect, test } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import { startEngine, Superseded, type Engine, type Progress } from '../../src/runtime/client';
import type { Ask, Input } from '../../src/trace/trace';

const input: Input = {
  picture: { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(200) },
  crop: [0, 0, 1, 1],
  caption: 'a red circle above a dog',
};
const everything: Ask = { task: 'match', attentions: 'all' };
const nothing: Ask = { task: 'match', attentions: 'none' };
const [folder] = shipped.map((id) => `zoo/${id}`);
const engines: Engine[] = [];

function start(options: Parameters<typeof startEngine>[0] = {}): Engine {
  const engine = startEngine({ base: location.origin + '/', ...options });
  engines.push(engine);
  return engine;
}
afterEach(() => engines.splice(0).forEach((engine) => engine.cancel()));

describe('the engine in its worker', () => {
  test('runs on WebAssembly with threads, and says why', async () => {
    const device = await start().device();
    expect(device).toMatchObject({ kind: 'wasm', isolated: true });
    expect(device.threads).toBe(Math.min(4, navigator.hardwareConcurrency));
    expect(device.reason).toMatch(/^WebAssembly, because .+\.$/);
  });

  test('opens both models with progress, and they agree with PyTorch', async () => {
    const engine = start();
    for (const id of shipped) {
      const told: Progress[] = [];
      const opened = await engine.open(`zoo/${id}`, (progress) => told.push(progress));
      expect(opened).toMatchObject({ warning: null, agreement: { agrees: true } });
      expect(new Set(told.map(({ step }) => step))).toEqual(new Set(['manifest', 'download', 'session', 'reference']));
      expect(told.findLast(({ step }) => step === 'download')).toMatchObject({ loaded: told[1].total, total: told[1].total });
      const trace = await engine.run(`zoo/${id}`, input, everything);
      expect(trace.attentions.every(({ weights }) => weights)).toBe(true);
      expect(trace.backend).toEqual({ kind: 'wasm', device: opened.backend.device });
    }
  });
});
