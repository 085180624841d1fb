import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-web';
import { expect, test, vi } from 'vitest';
import { rotaryPosition } from '../../../src/architectures/feeding';
import { readSafetensors } from '../../../src/containers/safetensors';
import type { Input } from '../../../src/trace/trace';
import { readKind } from '../../onnx/kinds';
import { difference } from '../../support/difference';
import { base, everything } from '../bring';
import { nodeEngine } from '../node';
import { memoryShelf } from '../shelf';
import { fileOf, tinyTokenizer } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

const folder = join(import.meta.dirname, '../../oracle/cut');
/** Files of `models/vlpm_export/cut.py`. */
const graph = (name: string, stem: string) =>
  fileOf(`${stem}.onnx`, new Uint8Array(gunzipSync(readFileSync(join(folder, `${name}.${stem}.onnx.gz`)))));
const beside = [
  fileOf('tokenizer.json', tinyTokenizer()),
  fileOf(
    'preprocessor_config.json',
    JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 3 }),
  ),
];

/** A picture of noise, so many px wide and high. */
function noise(side: number) {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
  return { width: side, height: side, data };
}
const picture = noise(24);
const input: Input = { picture, crop: [0, 0, 1, 1], caption: 'a red dog beside' };

test('positions in time, row and column: words one after another, a picture at one time, words behind the farther of rows and columns', () => {
  const row = (axis: number) =>
    Array.from({ length: 11 }, (_, at) => rotaryPosition(axis, at, { lead: 2, grid: [3, 2], count: 6 }));
  expect([-4, -3, -2, -1].map(row)).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 7],
    [0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 7],
    [0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7],
  ]);
});

test.each([
  ['qwen2_vl', ['model']],
  ['qwen2_5_vl', ['model']],
  ['qwen2_vl_split', ['vision_encoder', 'embed_tokens', 'decoder_model_merged']],
])(
  '%s with position_ids among its inputs: it sees its picture, and its maps are PyTorch’s',
  async (name, stems) => {
    const engine = nodeEngine(base, memoryShelf());
    const { id } = await engine.own.examine([...stems.map((stem) => graph(name, stem)), ...beside], () => {});
    const { proposal } = await engine.own.interview(ort, id, () => {});
    expect(proposal.obstacles).toEqual([]);
    const manifest = engine.own.keep(id, { sequence: '2 image text' });
    expect(manifest.image).toMatchObject({ size: [24, 24], grid: [3, 3] });
    const trace = await engine.run(`own/${id}`, input, everything);
    expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('ttiiiiiiiiittt');
    const { tensors } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
    const [joint] = trace.attentions.slice(-1);
    expect([joint.name, joint.visible]).toEqual(['joint 1', 'causal']);
    expect(difference(joint.weights!.data, tensors.get('attention.1')!.data)).toBeLessThan(1e-5);
    const other = await engine.run(
      `own/${id}`,
      { ...input, picture: { ...picture, data: picture.data.toReversed() } },
      everything,
    );
    expect(difference(other.attentions.at(-1)!.weights!.data, joint.weights!.data)).toBeGreaterThan(0.01);
  },
);

test('Qwen2-VL with any number of patch rows: the size is asked, and a larger picture stands on its places as in PyTorch', async () => {
  const engine = nodeEngine(base, memoryShelf());
  const files = [
    graph('qwen2_vl_any', 'vision_encoder'),
    graph('qwen2_vl_split', 'embed_tokens'),
    graph('qwen2_vl_split', 'decoder_model_merged'),
  ];
  const { id } = await engine.own.examine([...files, ...beside], () => {});
  const { proposal, interview } = await engine.own.interview(ort, id, () => {});
  expect([proposal.obstacles, proposal.questions.map(({ field }) => field)]).toEqual([
    [],
    expect.arrayContaining(['size', 'sequence']),
  ]);
  expect(interview).toMatchObject({ sees: { image: true, text: true } });
  const open = (size: string) => engine.own.keep(id, { sequence: '2 image text', size });
  expect(open('35')).toMatchObject({
    image: { size: [32, 32], grid: [4, 4] },
    own: { places: { count: 16 } },
  });
  const trace = await engine.run(`own/${id}`, { ...input, picture: noise(32) }, everything);
  expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe(`tt${'i'.repeat(16)}ttt`);
  expect(trace.tokens[6].box).toEqual([0, 0.25, 0.25, 0.25]);
  const { tensors } = readSafetensors(readFileSync(join(folder, 'qwen2_vl_any.safetensors')));
  const [joint] = trace.attentions.slice(-1);
  expect(difference(joint.weights!.data, tensors.get('attention.1')!.data)).toBeLessThan(1e-5);
});

test('an export that counted its positions itself holds them for one text: the picture stands there, surely, and nowhere else', async () => {
  const engine = nodeEngine(base, memoryShelf());
  const piece = fileOf('processor_config.json', JSON.stringify({ image_token: 'piece5' }));
  const files = [fileOf('model.onnx', readKind('qwen2_vl')), ...beside, piece];
  const { id } = await engine.own.examine(files, () => {});
  const { proposal, interview } = await engine.own.interview(ort, id, () => {});
  expect(interview).toMatchObject({ sees: { image: true, text: true }, sequence: { lead: 2 } });
  expect(proposal.questions.map(({ field }) => field)).not.toEqual(
    expect.arrayContaining(['sequence', 'size']),
  );
  expect(proposal.notes.join(' ')).toContain('4 places of the picture stand behind 2 tokens');
  const manifest = engine.own.keep(id, {});
  expect(manifest.image).toMatchObject({ size: [16, 16], grid: [2, 2] });
  const run = (caption: string) => engine.run(`own/${id}`, { ...input, caption }, everything);
  expect((await run('a red dog')).tokens.map(({ stream }) => stream[0]).join('')).toBe('ttiiiitttttt');
  await expect(run('a red piece5 dog')).rejects.toThrow(
    'behind 2 tokens of the text, and here it would stand behind 3',
  );
});
