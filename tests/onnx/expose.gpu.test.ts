import * as ort from 'onnxruntime-web/webgpu';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { gather, splitMaps } from '../../src/onnx/change/expose';
import { mask } from '../../src/onnx/change/mask';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import truth from './fixtures/tiny.json';

ort.env.wasm.wasmPaths = { mjs: new URL(mjs, location.href), wasm: new URL(wasm, location.href) };
ort.env.logLevel = 'error';

const most = (a: ArrayLike<number>, b: number[]) =>
  b.reduce((far, x, i) => Math.max(far, Math.abs(x - a[i])), 0);

test('WebGPU joins more maps than a shader has buffers, and masks a head as PyTorch does', async () => {
  const response = await fetch(new URL('fixtures/tiny.onnx', import.meta.url));
  const file = new Uint8Array(await response.arrayBuffer());
  const draft = startDraft(readModel(file));
  const masks = truth.attentions.map((name) => mask(draft, name));
  const copies = 20;
  const list = Array.from({ length: copies }, () => masks.map(({ shown }) => shown)).flat();
  const maps = gather(draft, list, 'maps');
  const outputs = gather(draft, ['match_logit', 'mask_logits'], 'outputs');
  const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)), {
    executionProviders: ['webgpu'],
    logSeverityLevel: 3,
  });
  const { pixel_values: pixels, input_ids: ids } = truth.feeds;
  const { masked } = truth.runs;
  const results = await session.run(
    {
      pixel_values: new ort.Tensor('float32', pixels.data, pixels.dims),
      input_ids: new ort.Tensor('int64', ids.data.map(BigInt), ids.dims),
      [masks[0].input]: new ort.Tensor('float32', [1, 0], [2, 1, 1]),
      [masks[1].input]: new ort.Tensor('float32', [1], [1, 1, 1]),
    },
    [maps, outputs],
  );
  const shapes = Array.from({ length: copies }, () => masked.attentions.map(({ dims }) => dims)).flat();
  splitMaps(results[maps].data as Float32Array<ArrayBuffer>, shapes).forEach(({ data }, i) => {
    expect(most(data, masked.attentions[i % 2].data)).toBeLessThan(5e-6);
  });
  const wanted = [...masked.match_logit.data, ...masked.mask_logits.data];
  expect(most(results[outputs].data as Float32Array, wanted)).toBeLessThan(1e-5);
  await session.release();
});
