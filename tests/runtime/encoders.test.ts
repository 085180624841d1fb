import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Input } from '../../src/trace/trace';
import { nodeEngine } from './node';
import { serveModels } from './serve';

/** A dual encoder with random weights; its reference is PyTorch's (models/lab/oracles/encoders.py). */
const folder = 'oracle/clip-tiny';
const input: Input = {
  picture: { width: 2, height: 1, data: Uint8ClampedArray.of(250, 20, 20, 255, 20, 30, 240, 255) },
  crop: [0, 0, 1, 1],
  caption: 'a red circle',
};

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => void (site = await serveModels({}, 'tests')));
afterAll(() => site.close());

test('score, features and the attention of both encoders are PyTorch’s', async () => {
  const { agreement, warning } = await nodeEngine(site.base).open(folder);
  expect(warning).toBeNull();
  expect(agreement?.difference).toBeLessThan(1e-4);
});

test('text, then patches, end to end; attention within each stream and none across', async () => {
  const { tokens, attentions, similarity, outputs, guesses } = await nodeEngine(site.base).run(
    folder,
    input,
    {
      task: 'match',
      attentions: 'all',
    },
  );
  expect(tokens.map(({ stream }) => stream[0]).join('')).toBe(`${'t'.repeat(5)}${'i'.repeat(16)}`);
  expect(attentions.map(({ name, graph, queries, keys }) => [name, graph, queries, keys])).toEqual([
    ['text 1', 'text', [0, 5], [0, 5]],
    ['text 2', 'text', [0, 5], [0, 5]],
    ['image 1', 'vision', [5, 21], [5, 21]],
    ['image 2', 'vision', [5, 21], [5, 21]],
    ['image 3', 'vision', [5, 21], [5, 21]],
  ]);
  for (const { weights } of attentions)
    expect(weights!.data.subarray(0, weights!.dims[2]).reduce((sum, share) => sum + share, 0)).toBeCloseTo(
      1,
      5,
    );
  expect(similarity?.dims).toEqual([5, 16]);
  expect(similarity?.data.reduce((sum, part) => sum + part, 0)).toBeCloseTo(outputs.match.data[0], 5);
  expect(guesses).toEqual([]);
});

test('only the attention that is asked for comes back, whichever encoder it is in', async () => {
  const { attentions } = await nodeEngine(site.base).run(folder, input, {
    task: 'match',
    attentions: [1, 3],
  });
  expect(attentions.map(({ weights }) => weights !== null)).toEqual([false, true, false, true, false]);
});

test('a head switched off in one encoder changes the score, and no map of the other', async () => {
  const engine = nodeEngine(site.base);
  const ask = { task: 'match', attentions: 'all' } as const;
  const factor = { dims: [2, 1, 1], data: Float32Array.of(0, 1) };
  const plain = await engine.run(folder, input, ask);
  const changed = await engine.run(folder, input, { ...ask, masks: [{ attention: 2, factor }] });
  expect(Math.abs(changed.outputs.match.data[0] - plain.outputs.match.data[0])).toBeGreaterThan(1e-3);
  const moved = changed.attentions.map(({ weights }, i) =>
    weights!.data.some((value, at) => Math.abs(value - plain.attentions[i].weights!.data[at]) > 1e-6),
  );
  expect(moved).toEqual([false, false, false, true, true]);
});

test.each([
  ['a word to guess', { task: 'mask', attentions: 'none' }],
  ['a question', { task: 'answer', attentions: 'none' }],
] as const)('%s is declined in one sentence', (_, ask) =>
  expect(nodeEngine(site.base).run(folder, input, ask)).rejects.toThrow(
    'CLIP-tiny compares whole captions with pictures: it guesses no hidden words and answers no questions.',
  ),
);
