import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../../src/onnx/change/draft';
import { expose } from '../../../src/onnx/change/expose';
import { applyPatch } from '../../../src/onnx/change/patch';
import { unfuse } from '../../../src/onnx/change/unfuse';
import { readModel } from '../../../src/onnx/file/reader';
import { findAttention } from '../../../src/onnx/find/find';
import { readSafetensors } from '../../../src/containers/safetensors';
import { difference } from '../../support/difference';
import { input, model, node, output, weight } from '../build';
import { readKind, readOracle } from '../kinds';

const [text, heads, width] = [5, 4, 32];

/** Numbers between -1 and 1, always the same. */
const numbers = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => Math.sin((i + 1) * (seed + 0.7)));

test('layers one after another, masks by length: all are written out, and are what the nodes are', async () => {
  const layer = (from: string, to: string, i: number) => [
    weight(`w${i}`, [width, 3 * width], numbers(width * 3 * width, i)),
    weight(`b${i}`, [3 * width], numbers(3 * width, i + 9)),
    node('Attention', [from, `w${i}`, `b${i}`, 'length'], [to], { num_heads: heads }, 'com.microsoft'),
  ];
  const ports = [input('x', [1, text, width]), input('length', [1], 6)];
  const file = model([...ports, ...layer('x', 'h', 1), ...layer('h', 'y', 2), output('y')]);
  const { bytes, refused } = unfuse(file);
  expect(refused).toEqual([]);
  const { attentions } = findAttention(readModel(bytes));
  expect(attentions.map(({ heads, queries }) => [heads, queries.length])).toEqual([
    [heads, text],
    [heads, text],
  ]);
  const run = async (of: Uint8Array) => {
    const session = await ort.InferenceSession.create(of, { logSeverityLevel: 3 });
    const x = new ort.Tensor('float32', numbers(text * width, 3), [1, text, width]);
    const { y } = await session.run({ x, length: new ort.Tensor('int32', [3], [1]) });
    await session.release();
    return y.data as Float32Array;
  };
  const [before, after] = [await run(file), await run(bytes)];
  expect(difference(after, before) / Math.max(...before.map(Math.abs))).toBeLessThan(1e-5);
});

test('a CLIP whose attentions the exporter left in one piece: written out, they are PyTorch’s', async () => {
  const { bytes, written, refused } = unfuse(readKind('in_one_piece'));
  expect([[...written.values()], refused]).toEqual([['Attention', 'Attention'], []]);
  const { tensors, metadata } = readSafetensors(readOracle('in_one_piece'));
  const model = readModel(bytes);
  const { attentions } = findAttention(model);
  expect(attentions.map(({ queries, keys }) => `${queries.streams.join()} ${keys.streams.join()}`)).toEqual(
    metadata.blocks.split(' ').map((block) => (block === 'vv' ? 'image image' : 'text text')),
  );
  const draft = startDraft(model);
  expose(
    draft,
    attentions.map(({ tensor }) => tensor!),
  );
  const session = await ort.InferenceSession.create(applyPatch(bytes, finishDraft(draft)), {
    logSeverityLevel: 3,
  });
  const ids = tensors.get('feed.input_ids')!;
  const pixels = tensors.get('feed.pixel_values')!;
  const answers = await session.run({
    input_ids: new ort.Tensor('int64', Array.from(ids.data, BigInt), ids.dims),
    pixel_values: new ort.Tensor('float32', pixels.data as Float32Array, pixels.dims),
  });
  await session.release();
  attentions.forEach(({ tensor }, i) =>
    expect(
      difference(answers[tensor!].data as Float32Array, tensors.get(`attention.${i}`)!.data as Float32Array),
    ).toBeLessThan(1e-5),
  );
});
