import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose } from '../../src/onnx/change/expose';
import { findAttention } from '../../src/onnx/find/find';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { matmul } from '../../src/tensor/matmul';
import { difference } from '../support/difference';
import { hubBytes } from '../runtime/own/ownfiles';
import { readHub } from './hub';

const read = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../oracle/hub/${name}`, import.meta.url)));

const names = [
  'bert',
  'blip',
  'bridgetower',
  'clip',
  'flava',
  'lxmert',
  'siglip',
  'vilt',
  'visual-bert',
  'vit',
  'vit-gpt2',
];

test.each(names)('%s: what attention makes is its map times the values, both shown', async (name) => {
  const { file, feeds } = readHub(ort, hubBytes(name), read(`${name}.safetensors`));
  const model = readModel(file);
  const draft = startDraft(model);
  const { attentions } = findAttention(model);
  expose(draft, [
    ...new Set(attentions.flatMap(({ tensor, values, context }) => [tensor!, values, context])),
  ]);
  const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)));
  const seen = await session.run(feeds);
  await session.release();
  const data = (tensor: string) => seen[tensor].data as Float32Array<ArrayBuffer>;
  for (const { tensor, values, context } of attentions) {
    const [queries, keys] = seen[tensor!].dims.slice(-2);
    const width = seen[values].dims.at(-1)!;
    expect(seen[values].dims.at(-2)).toBe(keys);
    const heads = data(tensor!).length / queries / keys;
    const made = Float32Array.from(
      Array.from({ length: heads }, (_, head) =>
        Array.from(
          matmul(
            {
              dims: [queries, keys],
              data: data(tensor!).slice(head * queries * keys, (head + 1) * queries * keys),
            },
            { dims: [keys, width], data: data(values).slice(head * keys * width, (head + 1) * keys * width) },
          ).data,
        ),
      ).flat(),
    );
    expect(difference(made, data(context))).toBeLessThan(1e-5);
  }
});
