import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { cutPicture } from '../../../src/architectures/feeding';
import { partsOf } from '../../../src/architectures/tiles';
import { readSafetensors } from '../../../src/containers/safetensors';
import type { Box } from '../../../src/trace/trace';
import { input as port, model, node, output, weight } from '../../onnx/build';
import { difference } from '../../support/difference';
import { oracleBytes } from '../../support/oracle';
import { bring, everything, input } from '../bring';
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

test('tiles lie in rows; the whole picture stands before or behind them, or nowhere', () => {
  const seen: Box = [0.25, 0, 0.5, 1];
  expect(partsOf(3, 'same', seen)).toEqual([seen, seen, seen]);
  const tiles = [
    [0.25, 0, 0.25, 0.5],
    [0.5, 0, 0.25, 0.5],
    [0.25, 0.5, 0.25, 0.5],
    [0.5, 0.5, 0.25, 0.5],
  ];
  expect(partsOf(4, 'cut', seen)).toEqual(tiles);
  expect(partsOf(5, 'first', seen)).toEqual([seen, ...tiles]);
  expect(partsOf(5, 'last', seen)).toEqual([...tiles, seen]);
  expect(partsOf(2, 'cut', [0, 0, 1, 1])).toEqual([
    [0, 0, 0.5, 1],
    [0.5, 0, 0.5, 1],
  ]);
});

/** Models of `models/vlpm_export/cut.py`, with what PyTorch says of the picture of noise in frames or tiles. */
const cutCase = (name: string) => {
  const folder = join(import.meta.dirname, '../../oracle/cut');
  const { tensors } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
  const bytes = new Uint8Array(gunzipSync(readFileSync(join(folder, `${name}.model.onnx.gz`))));
  const said = JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 0 });
  const files = [fileOf('model.onnx', bytes), fileOf('preprocessor_config.json', said)];
  return { files, wanted: (i: number) => tensors.get(`attention.${i}`)! };
};
const noise = (side: number) => {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
  return { ...input, picture: { width: side, height: side, data } };
};

test('one picture as two frames: the attention over both is PyTorch’s', async () => {
  const { files, wanted } = cutCase('frames');
  const { engine, folder, examined, manifest } = await bring(files);
  expect(examined.proposal.obstacles).toEqual([]);
  expect(examined.proposal.questions.map(({ field }) => field)).toContain('frames');
  expect(examined.proposal.notes.join(' ')).toContain('takes 2 pictures at once');
  expect(manifest.own!.pictures).toEqual({ count: 2, as: 'same', shown: null });
  const { attentions, tokens } = await engine.run(folder, noise(16), everything);
  expect(tokens.map(({ image }) => image)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(difference(attentions[0].weights!.data, wanted(0).data)).toBeLessThan(1e-5);
});

test('a picture in four tiles of which each attends by itself: the one that is chosen is shown, is PyTorch’s, and a head is switched off', async () => {
  const { files, wanted } = cutCase('tiles');
  const { engine, folder, manifest } = await bring(files, { frames: 'cut', frame: '3' });
  expect(manifest.own!.pictures).toEqual({ count: 4, as: 'cut', shown: 2 });
  const trace = await engine.run(folder, noise(32), everything);
  expect(trace.tokens[1].box).toEqual([0, 0.5, 0.25, 0.25]);
  trace.attentions.forEach(({ weights }, i) => {
    const size = weights!.data.length;
    expect(wanted(i).data.length).toBe(4 * size);
    expect(difference(weights!.data, wanted(i).data.slice(2 * size, 3 * size))).toBeLessThan(1e-5);
  });
  const off = { attention: 0, factor: { dims: [2, 1, 1], data: Float32Array.of(0, 1) } };
  const without = await engine.run(folder, noise(32), { ...everything, masks: [off] });
  expect(difference(without.attentions[0].weights!.data, trace.attentions[0].weights!.data)).toBe(0);
  expect(difference(without.attentions[1].weights!.data, trace.attentions[1].weights!.data)).toBeGreaterThan(
    1e-4,
  );
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
