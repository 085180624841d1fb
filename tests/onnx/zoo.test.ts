import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { readManifest, shipped } from '../../src/architectures/manifest';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { gather, splitMaps } from '../../src/onnx/change/expose';
import { mask } from '../../src/onnx/change/mask';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { readSafetensors } from '../../src/containers/safetensors';
import { difference } from '../support/difference';

function read(id: string, file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../models/zoo/${id}/${file}`, import.meta.url)));
}

/** The stored reference of a model: its inputs, and what PyTorch answered. */
function reference(id: string) {
  const { tensors } = readSafetensors(read(id, 'reference.safetensors'));
  const { image } = readManifest(JSON.parse(new TextDecoder().decode(read(id, 'manifest.json'))));
  const pixels = tensors.get('pixels')!;
  const [height, width] = pixels.dims;
  const planes = Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const channel = Math.floor(i / (height * width));
    const value = pixels.data[(i % (height * width)) * 3 + channel] / 255;
    return (value - image.mean[channel]) / image.std[channel];
  });
  const ids = Array.from(tensors.get('input_ids')!.data, BigInt);
  const text = [1, ids.length];
  const feeds = {
    pixel_values: new ort.Tensor('float32', planes, [1, 3, height, width]),
    input_ids: new ort.Tensor('int64', ids, text),
    attention_mask: new ort.Tensor(
      'int64',
      ids.map(() => 1n),
      text,
    ),
  };
  return { tensors, feeds };
}

async function run(model: Uint8Array, feeds: Record<string, ort.Tensor>, fetch: string[]) {
  const session = await ort.InferenceSession.create(model);
  const results = await session.run(feeds, fetch);
  await session.release();
  return fetch.map((name) => results[name].data as Float32Array<ArrayBuffer>);
}

/** Models that are one file; the two of a dual encoder are held against PyTorch through the engine. */
const whole = shipped.filter((id) => id !== 'clip-mini');

test.each(whole)('%s: maps are those of PyTorch, before neutral masks that change nothing', async (id) => {
  const file = read(id, 'model.onnx');
  const { tensors, feeds } = reference(id);
  const { attentions } = readManifest(JSON.parse(new TextDecoder().decode(read(id, 'manifest.json')))).graphs
    .model;
  const model = readModel(file);
  const outputs = ['match_logit', 'mask_logits'];

  const plain = startDraft(model);
  const both = gather(plain, outputs, 'outputs');
  const names = attentions.map(({ tensor }) => tensor);
  const maps = gather(plain, names, 'maps');
  const [before, flat] = await run(applyPatch(file, finishDraft(plain)), feeds, [both, maps]);
  const wanted = attentions.map((_, i) => tensors.get(`attention.${i}`)!);
  splitMaps(
    flat,
    wanted.map(({ dims }) => dims),
  ).forEach(({ data }, i) => expect(difference(data, wanted[i].data)).toBeLessThan(1e-4));
  const [match, words] = splitMaps(
    before,
    outputs.map((name) => tensors.get(name)!.dims),
  );
  expect(difference(match.data, tensors.get('match_logit')!.data)).toBeLessThan(1e-4);
  expect(difference(words.data, tensors.get('mask_logits')!.data)).toBeLessThan(1e-4);

  const masked = startDraft(model);
  const masks = names.map((name) => mask(masked, name));
  const shown = gather(
    masked,
    masks.map((one) => one.shown),
    'maps',
  );
  const joined = gather(masked, outputs, 'outputs');
  const ones = Object.fromEntries(
    masks.map(({ input }) => [input, new ort.Tensor('float32', [1], [1, 1, 1])]),
  );
  const [after, again] = await run(applyPatch(file, finishDraft(masked)), { ...feeds, ...ones }, [
    joined,
    shown,
  ]);
  const largest = before.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  expect(difference(after, before)).toBeLessThan(1e-6 * largest);
  expect(difference(again, flat)).toBeLessThan(1e-6);
});
