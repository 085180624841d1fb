import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { readSafetensors } from '../../../src/containers/safetensors';
import { inspectModel } from '../../../src/architectures/found/inspection';
import { input as port, model, node, output, weight } from '../../onnx/build';
import { difference } from '../../support/difference';
import { bring, everything, input } from '../bring';
import { fileOf, tinyTokenizer } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

const folder = join(import.meta.dirname, '../../oracle/cut');
const side = 16;
const picture = { width: side, height: side, data: new Uint8ClampedArray(side * side * 4) };
for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
const beside = JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 3 });

/** A model of `models/vlpm_export/cut.py`, with what PyTorch says of the picture of noise. */
function caseOf(name: string) {
  const { tensors } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
  const bytes = new Uint8Array(gunzipSync(readFileSync(join(folder, `${name}.model.onnx.gz`))));
  const files = [
    fileOf('model.onnx', bytes),
    fileOf('preprocessor_config.json', beside),
    fileOf('tokenizer.json', tinyTokenizer()),
  ];
  return { files, wanted: tensors.get('attention.0')!.data };
}

test('YOLOS: detection tokens behind the patches are learnt queries, surely, and the map over both is PyTorch’s', async () => {
  const { files, wanted } = caseOf('yolos');
  const { engine, folder, examined, manifest } = await bring(files);
  const { image } = examined.proposal.parts[0].inspection.architecture;
  expect(image).toMatchObject({
    sure: true,
    value: { grid: [2, 2], extra: 1, behind: { count: 3, answer: true } },
  });
  expect(manifest.own).toMatchObject({ registers: 0, queries: 3 });
  const trace = await engine.run(folder, { ...input, picture }, everything);
  expect(trace.tokens.map(({ role, text }) => text ?? role)).toEqual(
    'cls patch patch patch patch/query 1/query 2/query 3'
      .split('/')
      .flatMap((part, i) => (i ? part : part.split(' '))),
  );
  expect(trace.tokens[1].box).toEqual([0, 0, 0.5, 0.5]);
  const [{ queries, keys, weights }] = trace.attentions;
  expect([queries, keys]).toEqual([
    [0, 8],
    [0, 8],
  ]);
  expect(difference(weights!.data, wanted)).toBeLessThan(1e-5);
});

test('Fuyu: rows as wide as patches are patches, to be confirmed, and its map over words and patches is PyTorch’s', async () => {
  const { files, wanted } = caseOf('fuyu');
  const { engine, folder, examined, manifest } = await bring(files, { sequence: '1 image text' });
  const { image } = examined.proposal.parts[0].inspection.architecture;
  expect(image).toMatchObject({ sure: false, value: { kind: 'patch', grid: [2, 2], patch: [8, 8] } });
  expect(examined.proposal.questions.map(({ field }) => field)).toContain('rows');
  expect(manifest).toMatchObject({ visual: 'patch', own: { regions: 0 } });
  const trace = await engine.run(folder, { ...input, picture }, everything);
  expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('tiiiitttttt');
  expect(difference(trace.attentions[0].weights!.data, wanted)).toBeLessThan(1e-5);
  const regions = await bring(files, { rows: 'regions' });
  expect(regions.manifest).toMatchObject({ visual: 'region', own: { regions: 4 } });
});

/** A picture's four patches with so many learnt rows before and behind them, of which an output reads so many of the last. */
const withLearnt = (before: number, behind: number, read: number | null) =>
  model([
    port('pixel_values', [1, 3, 16, 16]),
    weight('cut', [8, 3, 8, 8]),
    weight('flat', [3], [1, 8, 4], 7),
    weight('head', [1, before, 8]),
    weight('tail', [1, behind, 8]),
    node('Conv', ['pixel_values', 'cut'], ['cells'], { strides: [8, 8], kernel_shape: [8, 8] }),
    node('Reshape', ['cells', 'flat'], ['columns']),
    node('Transpose', ['columns'], ['patches'], { perm: [0, 2, 1] }),
    node('Concat', ['head', 'patches', 'tail'], ['x'], { axis: 1 }),
    node('Transpose', ['x'], ['keys'], { perm: [0, 2, 1] }),
    node('MatMul', ['x', 'keys'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'x'], ['context']),
    weight('from', [1], [-(read ?? 1)], 7),
    weight('to', [1], [2 ** 31 - 1], 7),
    weight('along', [1], [1], 7),
    node('Slice', ['context', 'from', 'to', 'along'], ['last']),
    output(read === null ? 'context' : 'last', [1, read ?? before + 4 + behind, 8]),
  ]);

test.each([
  [1, 3, 3, { count: 3, answer: true }],
  [1, 3, null, { count: 3, answer: false }],
  [1, 3, 2, { count: 3, answer: false }],
  [3, 1, null, { count: 1, answer: false }],
])(
  '%i learnt rows before the patches and %i behind, of which an output reads %s',
  (before, behind, read, wanted) => {
    const { image } = inspectModel('model.onnx', withLearnt(before, behind, read), {}).architecture;
    expect(image!.value).toMatchObject({ grid: [2, 2], extra: before, behind: wanted });
    expect(image!.sure).toBe(before < 2);
  },
);

/** Words and rows of numbers in one sequence. */
const withRows = (name: string, width: number) =>
  model([
    port('input_ids', [1, 5], 7),
    port(name, [1, 9, width]),
    weight('table', [99, 8]),
    weight('linear', [width, 8]),
    node('Gather', ['table', 'input_ids'], ['words']),
    node('MatMul', [name, 'linear'], ['rows']),
    node('Concat', ['words', 'rows'], ['x'], { axis: 1 }),
    node('Transpose', ['x'], ['keys'], { perm: [0, 2, 1] }),
    node('MatMul', ['x', 'keys'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'x'], ['context']),
    output('context', [1, 14, 8]),
  ]);

test.each([
  ['image_patches', 2700, 'patch'],
  ['flattened_patches', 768, 'patch'],
  ['visual_embeds', 768, 'region'],
  ['visual_embeds', 2048, 'region'],
])('%s of %i numbers are taken for a %s, never surely', (name, width, kind) => {
  const { image } = inspectModel('model.onnx', withRows(name, width), {}).architecture;
  expect([image!.value.kind, image!.sure]).toEqual([kind, false]);
});
