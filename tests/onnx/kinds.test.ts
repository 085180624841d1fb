import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { inspectModel } from '../../src/architectures/found/inspection';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose } from '../../src/onnx/change/expose';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { findAttention, type Side } from '../../src/onnx/find/find';
import { recognise } from '../../src/onnx/find/recognise';
import { readSafetensors } from '../../src/containers/safetensors';
import { difference } from '../support/difference';
import { readKind, readOracle } from './kinds';

const letter = ({ streams }: Side) =>
  streams.length > 1 ? 'both' : { text: 't', image: 'v', learnt: 'q', sound: 's', other: 'o' }[streams[0]];
const block = (queries: Side, keys: Side) =>
  letter(queries) === 'both' && letter(keys) === 'both' ? 'joint' : letter(queries) + letter(keys);

const names = [
  'lead_word',
  'picture_first',
  'linear_patches',
  'mixed_mask',
  'pooled',
  'resampled',
  'video',
  'tiles',
  'blip2',
  'align',
  'git',
  't5',
  'llava',
  'qwen2_vl',
  'x_clip',
  'with_past',
  'embedded',
  'detr',
];

describe.each(names)('%s', (name) => {
  const file = readKind(name);
  const { tensors, metadata } = readSafetensors(readOracle(name));
  const model = readModel(file);
  const { attentions } = findAttention(model);
  const keys = [...tensors.keys()];

  test('every attention that PyTorch has is found, with its heads, lengths and blocks', () => {
    expect(attentions.map(({ queries, keys }) => block(queries, keys))).toEqual(metadata.blocks.split(' '));
    expect(attentions.map(({ heads, queries, keys }) => [heads, queries.length, keys.length])).toEqual(
      metadata.shapes.split(' ').map((shape) => shape.split('x').slice(-3).map(Number)),
    );
  });

  test('its maps and answers are PyTorch’s', async () => {
    const draft = startDraft(model);
    expose(
      draft,
      attentions.map(({ tensor }) => tensor!),
    );
    const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)), {
      logSeverityLevel: 3,
    });
    const given = keys.filter((key) => key.startsWith('feed.')).map((key) => key.slice(5));
    const feeds = given.flatMap((key) => {
      const { dtype, dims, data } = tensors.get(`feed.${key}`)!;
      const whole = dtype === 'I32';
      const tensor = whole
        ? new ort.Tensor('int64', Array.from(data, BigInt), dims)
        : new ort.Tensor('float32', data as Float32Array, dims);
      return session.inputNames.includes(key) ? [[key, tensor] as const] : [];
    });
    const answers = await session.run(Object.fromEntries(feeds));
    await session.release();
    const far = (got: string, wanted: string) =>
      difference(answers[got].data as Float32Array, tensors.get(wanted)!.data);
    attentions.forEach(({ tensor }, i) => expect(far(tensor!, `attention.${i}`)).toBeLessThan(1e-5));
    for (const key of keys.filter((key) => key.startsWith('plain.')))
      expect(far(key.slice(6), key)).toBeLessThan(1e-4);
  });
});

/** What is said of each, and whether it is said to be sure. What is sure here is so by the architecture that the file was made of. */
const said: Record<string, [interaction: string, sure: boolean, sequence?: string, sure?: boolean]> = {
  lead_word: ['self-attention', true, 'text image text', false],
  picture_first: ['self-attention', true, 'image text', true],
  linear_patches: ['self-attention', true, 'text image', true],
  mixed_mask: ['self-attention', true, 'image text', true],
  pooled: ['co-attention', false],
  resampled: ['self-attention', false],
  video: ['one modality', true],
  tiles: ['one modality', true],
  blip2: ['self-attention', false],
  align: ['VSE', true],
  git: ['self-attention', true, 'image text', true],
  t5: ['encoder-decoder', false],
  llava: ['self-attention', true, 'text image text', false],
  qwen2_vl: ['self-attention', true, 'text image text', true],
  with_past: ['one modality', false],
  embedded: ['one modality', false],
  florence2: ['one modality', true],
  detr: ['one modality', true],
  'both-integer': ['self-attention', true, 'image text', true],
  'q-operator': ['self-attention', true, 'image text', true],
  'four-bits': ['self-attention', true, 'image text', true],
  'optimised-bert': ['one modality', true],
  instructblip: ['co-attention', false],
  x_clip: ['co-attention', false],
};

test.each(Object.entries(said))(
  'of %s nothing is sure and wrong',
  (name, [interaction, sure, order, whole]) => {
    const { interaction: is, sequence } = recognise(findAttention(readModel(readKind(name))));
    expect([is.value, is.sure]).toEqual([interaction, sure]);
    expect(sequence && [sequence.value.join(' '), sequence.sure]).toEqual(order ? [order, whole] : null);
  },
);

test.each(['git', 'mixed_mask', 't5'])('%s: what sees more than a triangle is not called causal', (name) => {
  const { attentions } = findAttention(readModel(readKind(name)));
  const { tensors } = readSafetensors(readOracle(name));
  const causal = attentions.map((_, i) => {
    const { dims, data } = tensors.get(`attention.${i}`)!;
    const [rows, columns] = dims.slice(-2);
    return Array.from({ length: rows * columns }, (_, at) =>
      at % columns > Math.floor(at / columns) ? data[at] : 0,
    ).every((weight) => weight < 1e-9);
  });
  const claimed = attentions.map(({ treatments }) => treatments.includes('causal mask'));
  expect(claimed.some((claim, i) => claim && !causal[i])).toBe(false);
});

test('pictures: frames and tiles are several of them, to be confirmed, and a window is no grid', () => {
  const image = (name: string) => recognise(findAttention(readModel(readKind(name)))).image;
  for (const name of ['video', 'tiles'])
    expect(image(name)).toMatchObject({
      value: { size: [16, 16], grid: [2, 2], pictures: name === 'video' ? 2 : 4 },
      sure: false,
    });
  expect(image('florence2')).toMatchObject({ value: { size: [768, 768], grid: null }, sure: false });
  expect(image('align')).toMatchObject({ value: { kind: 'grid', grid: null }, sure: false });
  expect(image('qwen2_vl')).toMatchObject({ value: { size: [16, 16], grid: [2, 2] }, sure: true });
});

test('integers on both sides of the softmax, blocks of four bits: heads and lengths are those of the plain file', () => {
  const of = (name: string) =>
    findAttention(readModel(readKind(name))).attentions.map(({ heads, queries, keys }) => [
      heads,
      queries.length,
      keys.length,
      block(queries, keys),
    ]);
  for (const name of ['both-integer', 'q-operator', 'qdq', 'four-bits'])
    expect(of(name)).toEqual(of('picture_first'));
  const [packed, plain] = ['four-bits', 'picture_first'].map((name) =>
    inspectModel(name, readKind(name), {}),
  );
  expect(packed.parameters).toBe(plain.parameters);
});

test('patches by a reshape and a linear layer are laid out by how many there are, to be confirmed', () => {
  const { image } = recognise(findAttention(readModel(readKind('linear_patches'))));
  expect(image).toMatchObject({ value: { kind: 'patch', grid: [2, 2], patch: [8, 8] }, sure: false });
});
