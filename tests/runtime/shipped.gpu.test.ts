import { beforeAll, describe, expect, test } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import type { Ask, AttentionMask } from '../../src/trace/trace';
import { difference } from '../support/difference';
import { readTruth } from './changes';
import { pageParity } from './page';

const read = async (name: string) => {
  const response = await fetch(new URL(`../oracle/${name}.safetensors`, import.meta.url));
  return new Uint8Array(await response.arrayBuffer());
};

describe.each(shipped)('%s on WebGPU', (id) => {
  // Opening a model compiles its shaders: one that is open serves both tests.
  let opened: Awaited<ReturnType<typeof pageParity>>;
  beforeAll(async () => {
    opened = await pageParity(id, 'webgpu');
    return () => opened.model.release();
  });

  test('is within 1e-4 of PyTorch on three inputs', () => {
    const { differences, model } = opened;
    const { kind, reason } = model.opened.backend;
    expect([kind, reason]).toEqual(['webgpu', 'WebGPU, because the address asks for it.']);
    expect(differences).toHaveLength(3);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test('changes give the answers that PyTorch gives', async () => {
    const { card, model } = opened;
    const { input, changes } = readTruth(await read(`${id}-changed`));
    const prepared = card.adapter.prepare(input, card);
    const answer = async (masks?: AttentionMask[]) => {
      const ask: Ask = { task: 'match', attentions: 'none', masks };
      return (await card.adapter.run(prepared, card, model.call, ask)).outputs.match.data;
    };
    const one = (value: number) => ({ dims: [1, 1, 1], data: Float32Array.of(value) });
    const nothing = { attention: 0, factor: one(1), term: one(0) };
    const before = await answer();
    expect(difference(await answer([nothing]), before)).toBeLessThan(1e-5 * Math.max(1, Math.abs(before[0])));
    for (const { mask, match } of changes)
      expect(difference(await answer([nothing, mask]), match)).toBeLessThan(1e-4);
  });
});
