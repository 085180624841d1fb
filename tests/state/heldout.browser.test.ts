import { expect, it } from 'vitest';
import { HeldOut } from '../../src/state/set/heldout.svelte';
import { fetchManifest } from '../../src/state/set/site';

it('knows every head of a model that ships, and of no other file', async () => {
  const heldOut = new HeldOut();
  const manifest = await fetchManifest('zoo/meter-mini');
  expect(heldOut.of(manifest)).toBeNull();
  await heldOut.load();
  expect(heldOut.sentence).toBeNull();
  const best = manifest.heads!.pointing;
  const { chance, modules } = heldOut.of(manifest)!.pointing;
  expect(modules[best.attention].value[best.head]).toBe(best.value);
  expect(chance).toBe(best.chance);
  const [graph] = Object.values(manifest.graphs);
  const changed = { ...manifest, graphs: { model: { ...graph, sha256: '0'.repeat(64) } } };
  expect(heldOut.of(changed)).toBeNull();
  expect(heldOut.of(null)).toBeNull();
});
