import { beforeAll, expect, test } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import { LocalEngine } from '../../src/runtime/engine';
import { library } from '../../src/runtime/own/own';
import type { Ask, AttentionMask } from '../../src/trace/trace';
import { difference } from '../support/difference';
import { readTruth } from './changes';
import { pagePlace, pageParity } from './page';
import { keepShaders } from './shaders';

/** Both kinds of tests in one file: what the adapter has compiled for one serves the other. */
beforeAll(keepShaders);

test.each(shipped)('%s on WebGPU is within 1e-4 of PyTorch on three inputs', async (id) => {
  const { differences, backend } = await pageParity(id, 'webgpu');
  expect(backend).toMatchObject({ kind: 'webgpu', reason: 'WebGPU, because the address asks for it.' });
  expect(differences).toHaveLength(3);
  expect(Math.max(...differences)).toBeLessThan(1e-4);
});

test.each(shipped)('%s on WebGPU: changes give the answers that PyTorch gives', async (id) => {
  const response = await fetch(new URL(`../oracle/${id}-changed.safetensors`, import.meta.url));
  const { input, changes } = readTruth(new Uint8Array(await response.arrayBuffer()));
  const base = `${location.origin}/`;
  const engine = new LocalEngine({
    ...(await pagePlace('webgpu')),
    base,
    ...library(null, base, (url) => fetch(url)),
  });
  const ask: Ask = { task: 'match', attentions: 'none' };
  const plain = await engine.run(`zoo/${id}`, input, ask);
  expect(plain.backend?.kind).toBe('webgpu');
  const one = (value: number) => ({ dims: [1, 1, 1], data: Float32Array.of(value) });
  const nothing = { attention: 0, factor: one(1), term: one(0) };
  const change = async (...masks: AttentionMask[]) =>
    (await engine.run(`zoo/${id}`, input, { ...ask, masks: [nothing, ...masks] })).outputs.match.data;
  const before = plain.outputs.match.data;
  expect(difference(await change(), before)).toBeLessThan(1e-5 * Math.max(1, Math.abs(before[0])));
  for (const { mask, match } of changes) expect(difference(await change(mask), match)).toBeLessThan(1e-4);
  await engine.close(`zoo/${id}`);
});
