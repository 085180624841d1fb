import { expect, it, vi } from 'vitest';
import { photographic, shipped } from '../../src/architectures/manifest';
import { Catalogue, originOf } from '../../src/state/set/catalogue.svelte';
import { fetchManifest } from '../../src/state/set/site';

it('knows name, size and kind of what ships before anything is opened', async () => {
  const catalogue = new Catalogue();
  expect(catalogue.folders).toEqual([...shipped, ...photographic].map((id) => `zoo/${id}`));
  expect(catalogue.manifest('zoo/vilt-mini')).toBeNull();
  await catalogue.load();
  expect(catalogue.manifest('zoo/vilt-mini')).toMatchObject({
    name: 'ViLT-mini',
    interaction: 'self-attention',
  });
  expect(catalogue.problem).toBeNull();
});

it('says what is missing as long as it is, whatever else is fetched meanwhile', async () => {
  const catalogue = new Catalogue();
  await catalogue.load(['zoo/nothing']);
  await catalogue.load(['zoo/vilt-mini']);
  expect(catalogue.problem).toMatch(/zoo\/nothing\/manifest\.json is missing/);
});

it('tries again what could not be fetched', async () => {
  const catalogue = new Catalogue();
  vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await catalogue.load(['zoo/clip-mini']);
  expect(catalogue.problem).toMatch(/zoo\/clip-mini\/manifest\.json could not be fetched/);
  await catalogue.load(['zoo/clip-mini']);
  expect(catalogue.problem).toBeNull();
  expect(catalogue.manifest('zoo/clip-mini')).not.toBeNull();
});

it('lists the stages of a model and of each of its stages alike, the trained one last', async () => {
  const trained = await fetchManifest('zoo/vilt-mini');
  const early = {
    ...trained,
    id: 'vilt-mini-03',
    training: { of: 'vilt-mini', share: 0.03, sequences: 12345 },
  };
  const catalogue = new Catalogue({ 'vilt-mini': ['vilt-mini-00', 'vilt-mini-03'] });
  const folders = ['zoo/vilt-mini-00', 'zoo/vilt-mini-03', 'zoo/vilt-mini'];
  expect(catalogue.stagesOf(trained)).toEqual(folders);
  expect(catalogue.stagesOf(early)).toEqual(folders);
  expect(catalogue.stagesOf(await fetchManifest('zoo/meter-mini'))).toEqual([]);
  expect(catalogue.stagesOf(null)).toEqual([]);
  expect(originOf(early)).toBe('vilt-mini');
});
