import fc from 'fast-check';
import { appendFileSync, mkdtempSync, openAsBlob, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose } from '../../src/onnx/change/expose';
import { findAttention } from '../../src/onnx/find/find';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { itself, sketchModel } from '../../src/onnx/file/sketch';
import { joinBytes, writeField } from '../../src/onnx/file/wire';
import { input, model, node, output, weight } from './build';
import { hubBytes } from '../runtime/own/ownfiles';
import { difference } from '../support/difference';
import { tiny, truth } from './tiny';

const hub = join(import.meta.dirname, '../oracle/hub');
const files = readdirSync(hub).flatMap((name) => (name.endsWith('.onnx.gz') ? [name.slice(0, -8)] : []));
const found = (bytes: Uint8Array) => findAttention(readModel(bytes)).attentions;

test.each(files)('%s says the same without its weights', async (name) => {
  const bytes = hubBytes(name);
  const { bytes: sketch, left } = await sketchModel(new Blob([bytes]), 64);
  expect(found(sketch)).toEqual(found(bytes));
  expect(left).toBeGreaterThan(bytes.length / 2);
  expect(sketch.length).toBeLessThan(bytes.length - left / 2);
});

test('of 16 MB of weights little is read, and nothing but the file is needed to run it', async () => {
  const [side, count] = [512, 16];
  const names = Array.from({ length: count }, (_, i) => i);
  const weights = names.map((i) => weight(`w${i}`, [side, side], Array<number>(side * side).fill(i / side)));
  const file = model([
    input('x0', [1, side]),
    ...weights,
    ...names.map((i) => node('MatMul', [`x${i}`, `w${i}`], [`x${i + 1}`])),
    output(`x${count}`),
  ]);
  const { bytes, left, taken } = await sketchModel(new Blob([file]));
  expect(left).toBe(4 * side * side * count);
  expect(bytes.length).toBeLessThan(5e3);
  expect(taken).toBeLessThan(3e5);
});

test('the runtime takes a sketch with the file beside it for the model itself', async () => {
  const { bytes: sketch, left } = await sketchModel(tiny, 64);
  expect(left).toBeGreaterThan(tiny.length / 4);
  const draft = startDraft(readModel(sketch));
  expose(draft, truth.attentions);
  const { pixel_values: pixels, input_ids: ids } = truth.feeds;
  const session = await ort.InferenceSession.create(applyPatch(sketch, finishDraft(draft)), {
    externalData: [{ path: itself, data: tiny }],
  });
  const results = await session.run({
    pixel_values: new ort.Tensor('float32', pixels.data, pixels.dims),
    input_ids: new ort.Tensor('int64', ids.data.map(BigInt), ids.dims),
  });
  await session.release();
  const { plain } = truth.runs;
  const data = (name: string) => results[name].data as Float32Array;
  expect(difference(data('match_logit'), plain.match_logit.data)).toBeLessThan(1e-5);
  truth.attentions.forEach((name, i) =>
    expect(difference(data(name), plain.attentions[i].data)).toBeLessThan(5e-6),
  );
});

test('weights of branches and constants are kept, for the runtime takes none of them from a file', async () => {
  const values = Array.from({ length: 64 }, (_, i) => i);
  const branch = joinBytes([
    writeField(2, 'branch'),
    weight('w', [64], values),
    node('Add', ['x', 'w'], ['y']),
    output('y'),
  ]);
  const file = model([
    input('x', [64]),
    input('way', [], 9),
    node('If', ['way'], ['z'], { then_branch: branch, else_branch: branch }),
    node('Constant', [], ['c'], { value_floats: values }),
    output('z'),
  ]);
  const { bytes, left } = await sketchModel(new Blob([file]), 16);
  expect(left).toBe(0);
  expect(bytes).toEqual(file);
});

test('a causal mask is kept, however large', async () => {
  const side = 256;
  const values = Array.from({ length: side * side }, (_, i) => (i % side > Math.floor(i / side) ? -1e9 : 0));
  const parts = [weight('mask', [1, 1, side, side], values), weight('flat', [side, side]), output('mask')];
  const { left } = await sketchModel(model(parts));
  expect(left).toBe(4 * side * side);
});

test('a file that changes after it was chosen is refused in one sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sketch-'));
  const path = join(folder, 'model.onnx');
  writeFileSync(path, tiny);
  const file = await openAsBlob(path);
  appendFileSync(path, 'more');
  await expect(sketchModel(file)).rejects.toThrow(
    'The model file cannot be read: was it moved or changed since it was chosen?',
  );
  rmSync(folder, { recursive: true });
});

const said = async (read: () => unknown) => {
  try {
    await read();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  new Uint8Array(0),
  new TextEncoder().encode('hello, this is a note\n'),
  tiny.subarray(0, 9000),
  Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0),
  writeField(1, 8),
])('what is no model is refused as it is in memory (%#)', async (bytes) => {
  const wanted = await said(() => readModel(bytes));
  expect(await said(async () => readModel((await sketchModel(new Blob([bytes.slice()]))).bytes))).toBe(
    wanted,
  );
});

test('whatever the bytes, it sketches or says one sentence', async () => {
  const damage = fc.record({
    at: fc.nat(tiny.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    cut: fc.nat(tiny.length),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, bytes, cut }) => {
      const broken = tiny.slice();
      broken.set(bytes.subarray(0, tiny.length - at), at);
      for (const file of [broken, broken.subarray(0, cut)]) {
        const sentence = await said(async () => found((await sketchModel(new Blob([file]), 64)).bytes));
        if (sentence !== null) expect(sentence).toMatch(/^(The|Two) .*[.?]$/s);
      }
    }),
    { numRuns: 200 },
  );
});
