import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-web';
import { expect, test, vi } from 'vitest';
import { readSafetensors } from '../../../src/containers/safetensors';
import type { Ask, Input } from '../../../src/trace/trace';
import { difference } from '../../support/difference';
import { base, bring, everything } from '../bring';
import { nodeEngine } from '../node';
import { memoryShelf } from '../shelf';
import { fileOf, tinyTokenizer } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

const folder = join(import.meta.dirname, '../../oracle/split');

/** Files of `models/vlpm_export/split.py`, which also says what PyTorch makes of the whole model. */
const graph = (name: string, as = name) =>
  fileOf(`${as}.onnx`, new Uint8Array(gunzipSync(readFileSync(join(folder, `${name}.onnx.gz`)))));
const oracle = (name: string) => {
  const { tensors } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
  return (key: string) => tensors.get(key)!.data as Float32Array;
};
const said = (name: string, content: object) => fileOf(name, JSON.stringify(content));

const beside = [
  fileOf('tokenizer.json', tinyTokenizer()),
  said('preprocessor_config.json', { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 3 }),
];
const config = said('config.json', { model_type: 'llava', image_token_index: 5, eos_token_id: 2 });
const whole = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'];
const apart = ['vision_tower', 'multi_modal_projector', 'embed_tokens', 'decoder_model_merged'];

const picture = { width: 16, height: 16, data: new Uint8ClampedArray(16 * 16 * 4) };
for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
/** [CLS], three words, as PyTorch was given them; without a [SEP]: a model that writes goes on from it. */
const input: Input = { picture, crop: [0, 0, 1, 1], caption: 'a red dog' };
const next: Ask = { task: 'write', attentions: 'all' };

test.each([
  ['the projector in the vision encoder', whole],
  ['a projector of its own', apart],
])('files of one model, %s: joined, and its maps are those of the whole in PyTorch', async (_, names) => {
  const { engine, folder, manifest, examined } = await bring([
    ...names.map((name) => graph(name)),
    config,
    ...beside,
  ]);
  expect(examined.proposal.obstacles).toEqual([]);
  expect([manifest.interaction, manifest.image.grid, manifest.own?.places]).toEqual([
    'self-attention',
    [2, 2],
    { id: 5, count: 4 },
  ]);
  const trace = await engine.run(folder, input, next);
  expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('tiiiittt');
  const wanted = oracle('llava');
  expect(trace.attentions.map(({ visible, heads }) => [visible, heads])).toEqual(
    Array(2).fill(['causal', 2]),
  );
  trace.attentions.forEach(({ weights }, i) =>
    expect(difference(weights!.data, wanted(`attention.${i + 1}`))).toBeLessThan(1e-5),
  );
});

const names: Record<string, () => File[]> = {
  llava: () => [...apart.map((name) => graph(name)), config, ...beside],
  past: () => [graph('past', 'decoder_model_merged'), ...beside],
  captioner: () => [
    graph('encoder_model'),
    graph('captioner_decoder_merged', 'decoder_model_merged'),
    ...beside,
  ],
};

test.each(Object.keys(names))(
  '%s writes the words that PyTorch writes, one after another, each with its maps',
  async (name) => {
    const { engine, folder } = await bring(names[name]());
    const wanted = Array.from(oracle(name)('written'));
    const written: number[] = [];
    for (const word of wanted) {
      const trace = await engine.run(folder, input, { ...next, written: [...written] });
      expect(trace.next![0]).toMatchObject({ id: word, ends: false });
      expect(trace.tokens.filter((token) => token.written)).toHaveLength(written.length);
      const [last] = trace.attentions.slice(-1);
      expect(last.weights!.dims[1]).toBe(last.queries[1] - last.queries[0]);
      written.push(word);
    }
  },
);

test('a decoder of which both steps are branches of one If: its attention is shown, is PyTorch’s, and a head of it can be switched off', async () => {
  const { engine, folder, examined } = await bring(names.captioner());
  expect(examined.proposal.obstacles).toEqual([]);
  const { interaction } = examined.proposal.parts.at(-1)!.inspection.architecture;
  expect(interaction.value).toBe('encoder-decoder');
  const trace = await engine.run(folder, input, next);
  const wanted = oracle('captioner');
  expect(trace.attentions).toHaveLength(5);
  trace.attentions.forEach(({ weights }, i) =>
    expect(difference(weights!.data, wanted(`attention.${i}`))).toBeLessThan(1e-5),
  );
  const off = { attention: 2, factor: { dims: [2, 1, 1], data: Float32Array.of(0, 1) } };
  const without = await engine.run(folder, input, { ...next, masks: [off] });
  expect(without.next).not.toEqual(trace.next);
});

test('where keys and values of earlier steps may be none there are none: no cache is a picture, and its maps are those of a model without', async () => {
  const { engine, folder, manifest, examined } = await bring(names.past());
  const kinds = examined.proposal.parts[0].inspection.inputs.map(({ kind }) => kind);
  expect(kinds).toEqual(['text', 'other', 'other', 'cache', 'cache', 'cache', 'cache']);
  expect(manifest.interaction).toBe('one modality');
  const trace = await engine.run(folder, input, next);
  trace.attentions.forEach(({ weights }, i) =>
    expect(difference(weights!.data, oracle('past')(`attention.${i}`))).toBeLessThan(1e-5),
  );
});

test('a text ends where the model’s configuration says', async () => {
  const ends = said('generation_config.json', { eos_token_id: [33, 11] });
  const { engine, folder } = await bring([...names.llava(), ends]);
  expect((await engine.run(folder, input, next)).next![0]).toMatchObject({ id: 11, ends: true });
});

test('the picture goes where the text says, as the processor would put it, and before all words for a processor that does so', async () => {
  const placed = (more: File[], caption: string) =>
    bring([...names.llava(), ...more]).then(async ({ engine, folder, examined }) => {
      const { tokens } = await engine.run(folder, { ...input, caption }, everything);
      return [
        tokens.map(({ stream }) => stream[0]).join(''),
        examined.proposal.questions.map(({ field }) => field).includes('sequence'),
      ];
    });
  const piece = said('processor_config.json', { processor_class: 'LlavaProcessor', image_token: 'piece5' });
  expect(await placed([piece], 'a red piece5 dog')).toEqual(['tttiiiit', true]);
  expect(await placed([piece], 'a red dog')).toEqual(['tiiiittt', true]);
  await expect(placed([piece], 'piece5 piece5')).rejects.toThrow(
    'Expected one place for a picture in the text, got 2',
  );
  const first = said('processor_config.json', { processor_class: 'PaliGemmaProcessor' });
  expect(await placed([first], 'a red dog')).toEqual(['iiiitttt', false]);
});

test('what is missing of a split model is said, and a decoder for later steps beside one that begins is left aside', async () => {
  const obstacles = async (parts: string[], more: File[] = []) => {
    const engine = nodeEngine(base, memoryShelf());
    const { proposal, ignored } = await engine.own.examine(
      [...parts.map((name) => graph(name)), ...more, ...beside],
      () => {},
    );
    return { obstacles: proposal.obstacles, ignored };
  };
  const { obstacles: alone } = await obstacles(['decoder_model_merged']);
  expect(alone).toEqual([
    expect.stringContaining('takes vectors that other files make of words or a picture: drop them together'),
  ]);
  const { obstacles: wordless } = await obstacles(['vision_encoder', 'decoder_model_merged']);
  expect(wordless[0]).toContain('(embed_tokens.onnx)');
  const later = graph('decoder_model_merged', 'decoder_with_past_model');
  const { obstacles: none, ignored } = await obstacles(whole, [later]);
  expect([none, ignored]).toEqual([[], ['decoder_with_past_model.onnx']]);
});

test('a model of several files is asked as one: it sees picture and words, its decoder hides what comes later; what the configuration does not say stays to be confirmed', async () => {
  const engine = nodeEngine(base, memoryShelf());
  const { id, proposal } = await engine.own.examine(
    [...whole.map((name) => graph(name)), ...beside],
    () => {},
  );
  expect(proposal.parts.at(-1)!.inspection.architecture.interaction).toMatchObject({
    value: 'self-attention',
    sure: false,
  });
  expect(proposal.questions.map(({ field }) => field)).toEqual(expect.arrayContaining(['sequence', 'kind']));
  const asked = await engine.own.interview(ort, id, () => {});
  expect(asked.interview).toMatchObject({ sees: { image: true, text: true }, sequence: { lead: 1 } });
  const decoder = asked.proposal.parts.at(-1)!.inspection;
  expect(decoder.architecture.interaction.sure).toBe(false);
  const entries = decoder.draft['graphs.model.attentions'].value as { causal?: boolean }[];
  expect(entries.map(({ causal }) => causal)).toEqual([true, true]);
  expect(asked.proposal.questions.map(({ field }) => field)).toContain('sequence');
});

test.each(['captioner', 'past'])('%s is asked as one model', async (name) => {
  const engine = nodeEngine(base, memoryShelf());
  const { id } = await engine.own.examine(names[name](), () => {});
  const { interview, proposal } = await engine.own.interview(ort, id, () => {});
  const image = name === 'captioner' ? true : null;
  expect(interview).toMatchObject({ sees: { image, text: true } });
  expect(proposal.notes.join(' ')).not.toContain('as it is fed here');
});
