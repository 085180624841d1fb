import { expect, test } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import { pageParity } from './page';

test.each(shipped)('%s on WebAssembly in a browser is within 1e-4 of PyTorch on three inputs', async (id) => {
  const { differences, model } = await pageParity(id, 'wasm');
  await model.release();
  expect(model.opened.backend.kind).toBe('wasm');
  expect(differences).toHaveLength(3);
  expect(Math.max(...differences)).toBeLessThan(1e-4);
});
