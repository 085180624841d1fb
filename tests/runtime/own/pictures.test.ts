import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-web';
import { expect, test, vi } from 'vitest';
import { cutPicture } from '../../../src/architectures/feeding';
import { input as port, model, node, output, weight } from '../../onnx/build';
import { readKind } from '../../onnx/kinds';
import { oracleBytes } from '../../support/oracle';
import { base, bring, everything, input } from '../bring';
import { nodeEngine } from '../node';
import { memoryShelf } from '../shelf';
import { fileOf, tinyTokenizer } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

test('a picture is cut into the rows that Qwen2-VL’s processor cuts it into', () => {
  const { cut } = JSON.parse(new TextDecoder().decode(oracleBytes('processing.json'))) as {
    cut: { size: [number, number]; rows: number[]; sha256: string } & Record<string, number>;
  };
  const [width, height] = cut.size;
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[(c * height + y) * width + x] = (((x * x + 3 * y * y + 7 * x * y) >> 4) + 85 * c) % 256;
  const rows = cutPicture(
    { dims: [1, 3, height, width], data },
    { side: cut.patch_size, frames: cut.temporal_patch_size, merge: cut.merge_size },
  );
  expect(rows.dims).toEqual(cut.rows);
  expect(createHash('sha256').update(Uint8Array.from(rows.data)).digest('hex')).toBe(cut.sha256);
});

test('Qwen2-VL whose patches come in cut opens: it sees its picture, and its joint attention is shown over words and places of 2 × 2 patches', async () => {
  const engine = nodeEngine(base, memoryShelf());
  const files = [fileOf('model.onnx', readKind('qwen2_vl')), fileOf('tokenizer.json', tinyTokenizer())];
  const { id } = await engine.own.examine(files, () => {});
  const { interview, proposal } = await engine.own.interview(ort, id, () => {});
  expect(proposal.obstacles).toEqual([]);
  expect(interview).toMatchObject({ sees: { image: true, text: true }, sequence: { lead: 1 } });
  const asked = proposal.questions.map(({ field }) => field);
  expect(asked).toEqual(expect.arrayContaining(['size', 'normalisation']));
  const manifest = engine.own.keep(id, { sequence: '2 image text' });
  expect(manifest.image).toMatchObject({ size: [16, 16], grid: [2, 2], cls: false });
  const trace = await engine.run(`own/${id}`, input, everything);
  expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('ttiiiitttttt');
  expect(trace.attentions.map(({ name, weights }) => [name, weights!.dims])).toEqual([
    ['joint 1', [2, 12, 12]],
  ]);
});

/** Eight patches of a picture in one attention; the picture has one axis more, for several of them. */
const framed = (frames: number | string) =>
  model([
    port('pixel_values', ['batch', frames, 3, 16, 32]),
    weight('single', [4], [-1, 3, 16, 32], 7),
    weight(
      'cut',
      [4, 3, 8, 8],
      Array.from({ length: 768 }, (_, i) => ((i * 37) % 19) / 100 - 0.09),
    ),
    weight('rows', [3], [1, 4, -1], 7),
    weight('scale', [], [0.5]),
    node('Reshape', ['pixel_values', 'single'], ['single picture']),
    node('Conv', ['single picture', 'cut'], ['cells'], { strides: [8, 8], kernel_shape: [8, 8] }),
    node('Reshape', ['cells', 'rows'], ['columns']),
    node('Transpose', ['columns'], ['x'], { perm: [0, 2, 1] }),
    node('MatMul', ['x', 'columns'], ['raw']),
    node('Mul', ['raw', 'scale'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'x'], ['context']),
    output('context', [1, 8, 4]),
  ]);

test.each(['images', 1])(
  'a picture of five axes, %s of them along the second, is given as one',
  async (frames) => {
    const { engine, folder, examined, manifest } = await bring([fileOf('model.onnx', framed(frames))]);
    expect(examined.proposal.obstacles).toEqual([]);
    expect(manifest.image).toMatchObject({ size: [32, 16], grid: [4, 2] });
    const { attentions } = await engine.run(folder, input, everything);
    expect(attentions.map(({ weights }) => weights!.dims)).toEqual([[1, 8, 8]]);
  },
);

test('several frames that there must be are refused in a sentence', async () => {
  const { proposal } = await nodeEngine(base, memoryShelf()).own.examine(
    [fileOf('model.onnx', framed(4))],
    () => {},
  );
  expect(proposal.obstacles).toEqual([expect.stringMatching(/picture of 5 axes, frames or tiles/)]);
});

test('patches that a hierarchy merges are laid out by how many words look at, to be confirmed', async () => {
  const bytes = model([
    port('input_ids', [1, 'words'], 7),
    port('pixel_values', [1, 3, 16, 32]),
    weight('table', [99, 16]),
    weight('cut', [4, 3, 8, 8]),
    weight('merged', [3], [1, 2, 16], 7),
    node('Gather', ['table', 'input_ids'], ['embedded']),
    node('Conv', ['pixel_values', 'cut'], ['cells'], { strides: [8, 8], kernel_shape: [8, 8] }),
    node('Reshape', ['cells', 'merged'], ['x']),
    node('Transpose', ['x'], ['keys'], { perm: [0, 2, 1] }),
    node('MatMul', ['embedded', 'keys'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'x'], ['context']),
    output('context', [1, 'words', 16]),
  ]);
  const files = [fileOf('model.onnx', bytes), fileOf('tokenizer.json', tinyTokenizer())];
  const { engine, folder, examined, manifest } = await bring(files);
  const { image } = examined.proposal.parts[0].inspection.architecture;
  expect(image).toMatchObject({ value: { grid: [2, 1], patch: [16, 16] }, sure: false });
  expect(manifest.image.grid).toEqual([2, 1]);
  const { attentions } = await engine.run(folder, input, everything);
  expect(attentions.map(({ name, weights }) => [name, weights!.dims])).toEqual([
    ['text → image 1', [1, 7, 2]],
  ]);
});
