import { expect, test, vi } from 'vitest';
import type { Manifest } from '../../src/architectures/manifest';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Writing } from '../../src/state/panel/writing.svelte';
import { fetchManifest } from '../../src/state/set/site';
import type { Input } from '../../src/trace/trace';
import { makeEngine, makeTrace } from './engine';

/** A model as if it wrote, and what it wrote of an input: one word and the end. */
async function written(prompted: boolean) {
  const engine = makeEngine();
  const panel = new Panel(0, () => Promise.resolve(engine));
  const shipped = await fetchManifest('zoo/vilt-mini');
  const own = { writes: { output: 'model/x', start: null, end: 2, prompted } } as Manifest['own'];
  await panel.choose('own/writer', null, { ...shipped, own });
  const open = engine.open.bind(engine);
  engine.open = async () => ({ ...(await open('zoo/vilt-mini')), manifest: { ...shipped, own } });
  const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  const input: Input = { picture, crop: [0, 0, 1, 1], caption: 'a dog' };
  const writing = new Writing(panel, () => Promise.resolve(engine));
  const done = writing.write(input, [], '1 head off');
  for (const [id, text] of [
    [7, 'runs'],
    [2, ''],
  ] as const) {
    await vi.waitUntil(() => engine.pending.length === 1);
    const next = [{ id, text, probability: 0.9, ends: text === '' }];
    engine.pending.shift()!.resolve({ ...makeTrace('writer', 'a dog'), next });
  }
  await done;
  return { writing, input };
}

test('what a model wrote behind a caption is shown with that caption alone, and says what was off meanwhile', async () => {
  const { writing, input } = await written(true);
  expect([writing.textOf(input), writing.off]).toEqual(['runs', '1 head off']);
  expect(writing.stepsOf({ ...input, caption: 'a cat' })).toEqual([]);
  expect(writing.textOf(input)).toBe('runs');
});

test('what it wrote of a picture alone stays whatever the caption is, and goes with the picture', async () => {
  const { writing, input } = await written(false);
  expect(writing.textOf({ ...input, caption: 'a cat' })).toBe('runs');
  expect(writing.stepsOf({ ...input, picture: { ...input.picture } })).toEqual([]);
});
