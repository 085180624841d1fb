import { expect, test } from 'vitest';
import type { Lens } from '../../src/state/lens/lens.svelte';
import type { Ground } from '../../src/state/panel/ground';
import { sayMissing } from '../../src/views/head/missing';
import { bring, everything, input } from '../runtime/bring';
import { checkpoint, recipeEngine } from '../runtime/folders';

const ground = { image: {}, caption: 'a dog' } as Ground;

/** What a lens has of a run of a tiny published model of which nothing but the first word is chosen. */
async function lensOf(name: string): Promise<Lens> {
  const { engine, folder, manifest } = await bring(await checkpoint(name), {}, recipeEngine());
  const trace = await engine.run(folder, input, everything);
  const image = trace.tokens.flatMap(({ role }, at) => (role === 'patch' ? [at] : []));
  const { attentions } = manifest.graphs.model;
  const panel = { manifest, trace, attentions, imported: null, activity: 'idle' };
  return { panel, trace, tokens: trace.tokens, places: { text: [1], image }, target: [1] } as unknown as Lens;
}

test('a model whose picture encoder is a CNN says that there is no attention on the picture', async () => {
  expect(sayMissing(await lensOf('align-base'), ground, true)).toBe(
    'What encodes the picture has no attention: there is none to show on it. Words look at words alone, see the bars below.',
  );
});

test('two encoders with attention each say that they never look at each other', async () => {
  expect(sayMissing(await lensOf('clip-b32'), ground, true)).toBe(
    'No cross-modal attention: text and image never look at each other in this model.',
  );
});
