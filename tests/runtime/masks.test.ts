import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import type { Ask, AttentionMask } from '../../src/trace/trace';
import { zooManifest } from '../architectures/zoo';
import { difference } from '../support/difference';
import { oracleBytes } from '../support/oracle';
import { readTruth } from './changes';
import { nodeEngine } from './node';
import { serveModels } from './serve';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => void (site = await serveModels()));
afterAll(() => site.close());

const one = (value: number) => ({ dims: [1, 1, 1], data: Float32Array.of(value) });
const neutral: AttentionMask[] = [{ attention: 0, factor: one(1), term: one(0) }];
describe.each(shipped)('%s', (id) => {
  const folder = `zoo/${id}`;
  const task = zooManifest(id).tasks.mask ? 'mask' : 'match';
  const ask = (more: Partial<Ask>): Ask => ({ task, attentions: 'none', ...more });
  const { input, changes } = readTruth(oracleBytes(`${id}-changed.safetensors`));

  test('a head switched off, a block cut and keys hidden give the answers that PyTorch gives', async () => {
    const engine = nodeEngine(site.base);
    const plain = await engine.run(folder, input, ask({}));
    for (const { mask, match, words } of changes) {
      const changed = await engine.run(folder, input, ask({ masks: [mask] }));
      expect(difference(changed.outputs.match.data, match)).toBeLessThan(1e-4);
      if (words) expect(difference(changed.outputs.mask.data, words)).toBeLessThan(1e-4);
      expect(difference(plain.outputs.match.data, match)).toBeGreaterThan(1e-3);
    }
  });

  test('maps are those before the changes; what comes later has changed', async () => {
    const engine = nodeEngine(site.base);
    const plain = await engine.run(folder, input, ask({ attentions: 'all' }));
    const maps = plain.attentions.map(({ weights }) => weights!.data);
    const later: number[] = [];
    for (const { mask, match } of changes) {
      const changed = await engine.run(folder, input, ask({ attentions: 'all', masks: [mask] }));
      expect(difference(changed.outputs.match.data, match)).toBeLessThan(1e-4);
      const far = changed.attentions.map(({ weights }, i) => difference(weights!.data, maps[i]));
      for (const distance of far.slice(0, mask.attention + 1)) expect(distance).toBeLessThan(1e-6);
      later.push(...far.slice(mask.attention + 1));
    }
    expect(Math.max(...later)).toBeGreaterThan(0.01);
  });

  test('neutral changes change nothing', async () => {
    const engine = nodeEngine(site.base);
    const plain = await engine.run(folder, input, ask({ attentions: 'all' }));
    const changed = await engine.run(folder, input, ask({ attentions: 'all', masks: neutral }));
    for (const [name, { data }] of Object.entries(plain.outputs)) {
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(difference(changed.outputs[name].data, data)).toBeLessThanOrEqual(1e-5 * largest);
    }
    changed.attentions.forEach(({ weights }, i) =>
      expect(difference(weights!.data, plain.attentions[i].weights!.data)).toBeLessThan(1e-6),
    );
  });
});

test('a sweep over every head makes one session, and what cannot be done leaves the engine as it was', async () => {
  const engine = nodeEngine(site.base);
  const folder = 'zoo/vilt-mini';
  const { input, changes } = readTruth(oracleBytes('vilt-mini-changed.safetensors'));
  const run = (masks: AttentionMask[]) =>
    engine.run(folder, input, { task: 'match', attentions: 'none', masks });
  const { attentions } = await run([]);
  const made = vi.spyOn(ort.InferenceSession, 'create');
  const logits: number[] = [];
  for (const [attention, { heads }] of attentions.entries())
    for (let head = 0; head < heads; head++) {
      const factor = {
        dims: [heads, 1, 1],
        data: Float32Array.from({ length: heads }, (_, h) => Number(h !== head)),
      };
      logits.push((await run([{ attention, factor }])).outputs.match.data[0]);
    }
  expect(new Set(logits).size).toBe(24);
  expect(made).toHaveBeenCalledTimes(1);
  const [{ mask, match }] = changes;
  await expect(run([{ ...mask, attention: 6 }])).rejects.toThrow(
    'expected an attention from 0 to 5 to change, got 6',
  );
  expect(difference((await run([mask])).outputs.match.data, match)).toBeLessThan(1e-4);
  expect(made).toHaveBeenCalledTimes(1);
  made.mockRestore();
});
