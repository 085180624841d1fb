import { beforeAll, expect, test } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import { pageParity } from './page';
import { keepShaders } from './shaders';

beforeAll(keepShaders);

test.each(shipped)('%s on WebGPU is within 1e-4 of PyTorch on three inputs', async (id) => {
  const { differences, backend } = await pageParity(id, 'webgpu');
  expect(backend).toMatchObject({ kind: 'webgpu', reason: 'WebGPU, because the address asks for it.' });
  expect(differences).toHaveLength(3);
  expect(Math.max(...differences)).toBeLessThan(1e-4);
});
