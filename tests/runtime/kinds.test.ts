import * as ort from 'onnxruntime-web';
import { expect, test, vi } from 'vitest';
import { readKind } from '../onnx/kinds';
import { difference } from '../support/difference';
import { base, bring, everything, input } from './bring';
import { nodeEngine } from './node';
import { fileOf, tinyTokenizer } from './own/ownfiles';
import { memoryShelf } from './shelf';

vi.setConfig({ testTimeout: 60_000 });

const dropKind = (name: string) => [
  fileOf('model.onnx', readKind(name)),
  fileOf('tokenizer.json', tinyTokenizer()),
];

test('attentions in one piece are shown, and one head is switched off; a run without maps has the file’s own answer', async () => {
  const { engine, folder, manifest, examined } = await bring(dropKind('in_one_piece'));
  expect(examined.proposal.obstacles).toEqual([]);
  const trace = await engine.run(folder, input, everything);
  expect(trace.attentions.map(({ queries, keys }) => [queries, keys])).toHaveLength(2);
  for (const { weights } of trace.attentions) {
    const [, , keys] = weights!.dims;
    const first = weights!.data.subarray(0, keys).reduce((sum, weight) => sum + weight, 0);
    expect(first).toBeCloseTo(1, 5);
  }
  const made = vi.spyOn(ort.InferenceSession, 'create');
  const plain = await engine.run(folder, input, { task: 'match', attentions: 'none' });
  expect(made).toHaveBeenCalledTimes(1);
  made.mockRestore();
  expect(trace.outputs.match.data[0]).toBeCloseTo(plain.outputs.match.data[0], 5);
  const off = { attention: 0, factor: { dims: [2, 1, 1], data: Float32Array.of(0, 1) } };
  const without = await engine.run(folder, input, { ...everything, masks: [off] });
  expect(Math.abs(without.outputs.match.data[0] - plain.outputs.match.data[0])).toBeGreaterThan(1e-4);
  expect(manifest.graphs.model.attentions).toHaveLength(2);
});

test('half floats that come in and go out: maps, answers and a head switched off are those of the file in 32 bits', async () => {
  const off = { attention: 0, factor: { dims: [2, 1, 1], data: Float32Array.of(0, 1) } };
  const [half, single] = await Promise.all(
    ['halves', 'picture_first'].map(async (name) => {
      const { engine, folder, manifest } = await bring(dropKind(name));
      const trace = await engine.run(folder, input, everything);
      const without = await engine.run(folder, input, { ...everything, masks: [off] });
      return { manifest, trace, without: without.outputs.match.data[0] };
    }),
  );
  expect(half.manifest.graphs.model.inputs.map(({ dtype }) => dtype)).toContain('float16');
  half.trace.attentions.forEach(({ weights }, i) =>
    expect(difference(weights!.data, single.trace.attentions[i].weights!.data)).toBeLessThan(2e-3),
  );
  expect(half.trace.outputs.match.data[0]).toBeCloseTo(single.trace.outputs.match.data[0], 2);
  expect(half.without).toBeCloseTo(single.without, 2);
  expect(Math.abs(single.without - single.trace.outputs.match.data[0])).toBeGreaterThan(0.02);
});

test('where a picture is put in at places of the text, the order is asked and the answer is where it goes', async () => {
  const engine = nodeEngine(base, memoryShelf());
  const { id } = await engine.own.examine(dropKind('llava'), () => {});
  const { proposal } = await engine.own.interview(ort, id, () => {});
  expect(proposal.questions.find(({ field }) => field === 'sequence')).toMatchObject({
    value: '1 image text',
  });
  engine.own.keep(id, { sequence: 'image text' });
  await engine.open(`own/${id}`);
  const { tokens, attentions } = await engine.run(`own/${id}`, input, everything);
  expect(tokens.slice(0, 4).map(({ stream }) => stream)).toEqual(Array(4).fill('image'));
  expect(attentions).toHaveLength(1);
});

/** Attentions shown once it is open, or what refuses it. */
const outcomes: Record<string, number | string> = {
  lead_word: 2,
  picture_first: 2,
  linear_patches: 2,
  mixed_mask: 2,
  pooled: 3,
  resampled: 2,
  video: 1,
  tiles: 1,
  blip2: 3,
  align: 1,
  git: 3,
  t5: 1,
  llava: 1,
  qwen2_vl: 1,
  with_past: 'keys and values of an earlier step',
  embedded: 'vectors that other files make',
  florence2: 0,
  detr: 5,
  'both-integer': 2,
  'q-operator': 2,
  qdq: 2,
  'four-bits': 2,
  halves: 2,
  functions: 2,
  'optimised-bert': 1,
  in_one_piece: 2,
};

test.each(Object.entries(outcomes))(
  '%s opens and shows what it can, or is refused in a sentence',
  async (name, wanted) => {
    const engine = nodeEngine(base, memoryShelf());
    const { id, proposal } = await engine.own.examine(dropKind(name), () => {});
    const [obstacle] = proposal.obstacles;
    if (obstacle) {
      expect(obstacle).toContain(wanted);
      return;
    }
    await engine.own.interview(ort, id, () => {});
    engine.own.keep(id, {});
    await engine.open(`own/${id}`);
    const { attentions } = await engine.run(`own/${id}`, input, everything);
    expect(attentions.length).toBe(wanted);
  },
);
