import { expect, test, vi } from 'vitest';
import { readKind } from '../onnx/kinds';
import { bring, everything, input } from './bring';
import { fileOf, tinyTokenizer } from './ownfiles';

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
  const plain = await engine.run(folder, input, { task: 'match', attentions: 'none' });
  expect(trace.outputs.match.data[0]).toBeCloseTo(plain.outputs.match.data[0], 5);
  const off = { attention: 0, factor: { dims: [2, 1, 1], data: Float32Array.of(0, 1) } };
  const without = await engine.run(folder, input, { ...everything, masks: [off] });
  expect(Math.abs(without.outputs.match.data[0] - plain.outputs.match.data[0])).toBeGreaterThan(1e-4);
  expect(manifest.graphs.model.attentions).toHaveLength(2);
});
