import { describe, expect, test, vi } from 'vitest';
import { defaultCrop } from '../../../src/inputs/crop';
import type { Ask } from '../../../src/trace/trace';
import { gridWithin } from '../../../src/trace/grid';
import { bring, everything, input } from '../bring';
import { checkpoint, checkpoints, recipeEngine } from '../folders';

vi.setConfig({ testTimeout: 60_000 });

/** Kind, and how many attentions are shown: all that PyTorch has but SigLIP's, which pools by a learnt query. */
const known: Record<string, [kind: string, attentions: number]> = {
  'vilt-words': ['self-attention', 2],
  'vilt-answers': ['self-attention', 2],
  'vilt-match': ['self-attention', 2],
  'vilt-pair': ['self-attention', 4],
  'clip-b32': ['VSE', 4],
  'clip-b16': ['VSE', 4],
  'lxmert-pretraining': ['co-attention', 11],
  'lxmert-answers': ['co-attention', 11],
  'visual-bert-pretraining': ['self-attention', 2],
  'blip-match': ['co-attention', 6],
  'blip-answers': ['encoder-decoder', 10],
  'flava-match': ['self-attention', 6],
  flava: ['self-attention', 6],
  'siglip-b16': ['VSE', 5],
  'chinese-clip-b16': ['VSE', 4],
  'align-base': ['VSE', 2],
  'visual-bert-answers': ['self-attention', 2],
  'bridge-tower-base': ['co-attention', 14],
  'bridge-tower-base-match': ['co-attention', 14],
  'bridge-tower-base-words': ['co-attention', 14],
  'blip-captions': ['encoder-decoder', 6],
  'vit-gpt2-captions': ['encoder-decoder', 6],
};

describe('a folder as the Hub has it opens, and agrees with PyTorch', () => {
  test.each(checkpoints)('%s', async (name) => {
    const { manifest, opened } = await bring(await checkpoint(name), {}, recipeEngine());
    const [kind, attentions] = known[name];
    expect(manifest.interaction).toBe(kind);
    expect(manifest.graphs.model.attentions).toHaveLength(attentions);
    expect(opened.agreement?.difference).toBeLessThan(1e-4);
  });
});

/** A tiny checkpoint with some files changed, left out or added. */
async function changed(name: string, files: Record<string, string | null>): Promise<File[]> {
  const rest = (await checkpoint(name)).filter((file) => !(file.name in files));
  const others = Object.entries(files).flatMap(([name, text]) =>
    text === null ? [] : [new File([text], name)],
  );
  return [...rest, ...others];
}

const config = async (name: string, more: object) => {
  const file = (await checkpoint(name)).find((one) => one.name === 'config.json')!;
  return JSON.stringify({ ...(JSON.parse(await file.text()) as object), ...more });
};

describe('what a folder says of itself', () => {
  test('its own answers, where config.json names them, and numbers where it does not', async () => {
    const id2label = Object.fromEntries(['no', 'yes', 'two', 'red', 'blue', 'left'].map((x, i) => [i, x]));
    const named = await changed('vilt-answers', {
      'config.json': await config('vilt-answers', { id2label }),
    });
    const { manifest, engine, folder } = await bring(named, {}, recipeEngine());
    expect(manifest.answers).toEqual(Object.values(id2label));
    const { answers } = await engine.run(
      folder,
      { ...input, caption: 'what is it' },
      { task: 'answer', attentions: 'none' },
    );
    expect(answers!.every(({ text }) => manifest.answers!.includes(text))).toBe(true);
    const bare = await bring(await checkpoint('lxmert-answers'), {}, recipeEngine());
    expect(bare.manifest.answers).toEqual([0, 1, 2, 3, 4, 5].map((id) => `answer ${id}`));
  });

  test('a picture that is not square makes a grid that is not square', async () => {
    const { engine, folder } = await bring(await checkpoint('vilt-match'), {}, recipeEngine());
    const wide = { width: 64, height: 40, data: new Uint8ClampedArray(64 * 40 * 4).fill(200) };
    const trace = await engine.run(
      folder,
      { picture: wide, crop: defaultCrop(wide, 1), caption: 'a red dog' },
      everything,
    );
    expect(gridWithin(trace.tokens)).toEqual({ grid: [6, 4], crop: [0, 0, 1, 1] });
    expect(trace.attentions[0].weights!.dims).toEqual([4, 5 + 25, 5 + 25]);
    expect(trace.outputs.match.data).toHaveLength(1);
  });

  test('FLAVA’s encoder of both has a [CLS] of its own before picture and words, which neither of their encoders sees', async () => {
    const { engine, folder } = await bring(await checkpoint('flava'), {}, recipeEngine());
    const { tokens, attentions, guesses } = await engine.run(
      folder,
      { ...input, caption: 'a red dog' },
      { task: 'mask', masked: [1 + 17 + 2], attentions: 'all' },
    );
    expect(tokens[0]).toEqual({ stream: 'query', role: 'cls', text: '[CLS]' });
    expect(attentions.map(({ name, queries, keys }) => [name, queries, keys])).toEqual([
      ...['image 1', 'image 2'].map((name) => [name, [1, 18], [1, 18]]),
      ...['text 1', 'text 2'].map((name) => [name, [18, 23], [18, 23]]),
      ...['joint 1', 'joint 2'].map((name) => [name, [0, 23], [0, 23]]),
    ]);
    const { dims, data } = attentions[5].weights!;
    expect(dims).toEqual([4, 23, 23]);
    for (let row = 0; row < 4 * 23; row++)
      expect(data.subarray(23 * row, 23 * (row + 1)).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(tokens[20]).toMatchObject({ role: 'mask' });
    expect(guesses[0].token).toBe(20);
  });

  test('texts are lower-cased where the processor does so, whatever the tokenizer says', async () => {
    const files = await changed('siglip-b16', { 'tokenizer_config.json': '{"do_lower_case": false}' });
    const { engine, folder } = await bring(files, {}, recipeEngine());
    const { tokens } = await engine.read(folder, 'A RED Dog');
    const words = tokens.filter(({ role }) => role === 'word');
    expect(words.map(({ text, span }) => [text, span])).toEqual([
      ['a', [0, 1]],
      ['red', [2, 5]],
      ['dog', [6, 9]],
    ]);
  });

  test('pixels that are brought from −1 to 1 by a factor and an offset in place of a mean', async () => {
    const said = (await checkpoint('align-base')).find(({ name }) => name === 'preprocessor_config.json')!;
    const factor = {
      rescale_factor: 1 / 127.5,
      rescale_offset: true,
      do_normalize: false,
      include_top: false,
    };
    const text = JSON.stringify({
      ...(JSON.parse(await said.text()) as object),
      ...factor,
      image_mean: [9, 9, 9],
    });
    const files = await changed('align-base', { 'preprocessor_config.json': text });
    const { image } = (await bring(files, {}, recipeEngine())).manifest;
    for (const [value, wanted] of [
      [0, -1],
      [1, 1],
    ])
      image.mean.forEach((mean, i) => expect((value - mean) / image.std[i]).toBeCloseTo(wanted, 6));
  });

  test('VisualBERT reads its answer at a [MASK] before the end', async () => {
    const { engine, folder } = await bring(await checkpoint('visual-bert-answers'), {}, recipeEngine());
    const { tokens, answers } = await engine.run(
      folder,
      { ...input, caption: 'what is it ?' },
      { task: 'answer', attentions: 'all' },
    );
    const text = tokens.flatMap(({ stream, text }) => (stream === 'text' ? [text] : []));
    expect(text).toEqual(['[CLS]', 'what', 'is', 'it', '?', '[MASK]', '[SEP]']);
    expect(answers).toHaveLength(5);
  });

  test('two pictures are each read with the text, in a sequence of its own; without a second one the first is given twice', async () => {
    const { manifest, engine, folder } = await bring(await checkpoint('vilt-pair'), {}, recipeEngine());
    expect(manifest.own).toMatchObject({ second: true, score: { by: 'column', column: 1 } });
    const wide = { width: 64, height: 40, data: new Uint8ClampedArray(64 * 40 * 4).fill(200) };
    const second = { picture: wide, crop: defaultCrop(wide, 1) };
    const one = { ...input, caption: 'a red dog' };
    const { tokens, attentions, outputs } = await engine.run(folder, { ...one, second }, everything);
    expect(
      tokens
        .map(({ text }) => text)
        .join(' ')
        .trim()
        .split(/ {2,}/),
    ).toEqual(Array(2).fill('[CLS] a red dog [SEP]'));
    const [firstEnd, end] = [5 + 17, 5 + 17 + 5 + 25];
    expect(
      attentions.map(({ name, layer, depth, queries, keys }) => [name, layer, depth, queries, keys]),
    ).toEqual([
      ['joint 1, picture 1', 0, 0, [0, firstEnd], [0, firstEnd]],
      ['joint 2, picture 1', 1, 1, [0, firstEnd], [0, firstEnd]],
      ['joint 1, picture 2', 0, 0, [firstEnd, end], [firstEnd, end]],
      ['joint 2, picture 2', 1, 1, [firstEnd, end], [firstEnd, end]],
    ]);
    expect(gridWithin(tokens.slice(firstEnd))).toEqual({ grid: [6, 4], crop: [0, 0, 1, 1] });
    const score = outputs.match.data[0];
    const turned = {
      ...one,
      picture: wide,
      crop: second.crop,
      second: { picture: input.picture, crop: input.crop },
    };
    expect((await engine.run(folder, turned, everything)).outputs.match.data[0]).not.toBeCloseTo(score, 2);
    const twice = { picture: input.picture, crop: input.crop };
    const same = await engine.run(folder, { ...one, second: twice }, everything);
    const alone = await engine.run(folder, one, everything);
    expect(alone.outputs.match.data[0]).toBe(same.outputs.match.data[0]);
    for (const attention of [0, 3]) {
      const off = { attention, factor: { dims: [4, 1, 1], data: Float32Array.of(0, 1, 1, 1) } };
      const ask: Ask = { task: 'match', attentions: 'none', masks: [off] };
      const without = await engine.run(folder, { ...one, second }, ask);
      expect(without.outputs.match.data[0]).not.toBeCloseTo(score, 4);
    }
  });

  test('true and false are told by the checkpoint’s own labels', async () => {
    const said = await config('vilt-pair', { id2label: { 0: 'True', 1: 'False' } });
    const turned = await bring(await changed('vilt-pair', { 'config.json': said }), {}, recipeEngine());
    expect(turned.manifest.own?.score).toEqual({ by: 'column', column: 0 });
  });

  test('a class that is not known is told by its weights', async () => {
    const files = await changed('vilt-words', {
      'config.json': await config('vilt-words', { architectures: ['ViltForSomething'] }),
    });
    const { examined } = await bring(files, {}, recipeEngine());
    expect(examined.proposal.published?.recipe).toBe('vilt-words');
    expect(examined.ignored).toEqual([]);
  });
});

/** The tiny checkpoint of a recipe in front of so many bytes of a tensor that nothing reads, of which there is but the length: Node 20 opens no file of more than 4 GB as a Blob. */
async function followedBy(bytes: number): Promise<File[]> {
  const files = await checkpoint('visual-bert-pretraining');
  const weights = new Uint8Array(await files.find(({ name }) => name === 'model.safetensors')!.arrayBuffer());
  const length = Number(new DataView(weights.buffer).getBigUint64(0, true));
  const listed = JSON.parse(new TextDecoder().decode(weights.subarray(8, 8 + length))) as object;
  const before = weights.length - 8 - length;
  const more = { dtype: 'U8', shape: [bytes], data_offsets: [before, before + bytes] };
  const header = Buffer.from(JSON.stringify({ ...listed, more }));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(header.length));
  const large = new File([start, header, weights.subarray(8 + length)], 'model.safetensors');
  Object.defineProperty(large, 'size', { value: 8 + header.length + before + bytes });
  return [...files.filter(({ name }) => name !== 'model.safetensors'), large];
}

describe('what is refused, in a sentence', () => {
  test('20 GB of weights, before any of them is read', async () => {
    const told: string[] = [];
    const examining = recipeEngine().own.examine(await followedBy(20e9), ({ step }) => told.push(step));
    await expect(examining).rejects.toThrow(
      'The model has 18.6 GiB of weights and would need about 20.7 GiB inside WebAssembly, which has 4 GiB: store it in half precision, or take a smaller one.',
    );
    expect(told).toEqual([]);
  });

  test.each<[what: string, files: () => Promise<File[]>, sentence: RegExp | string]>([
    [
      'weights without their configuration',
      () => changed('vilt-match', { 'config.json': null }),
      /^Expected the config\.json of the model beside its weights, got /,
    ],
    [
      'a configuration without weights',
      () => changed('vilt-match', { 'pytorch_model.bin': null }),
      /^Expected model\.safetensors or pytorch_model\.bin beside config\.json, got /,
    ],
    [
      'another family',
      () => changed('vilt-match', { 'config.json': '{"model_type":"llama"}' }),
      'Expected a config.json whose model_type is one of vilt, visual_bert, lxmert, blip, bridgetower, flava, clip, siglip, chinese_clip, align, vision-encoder-decoder, got llama: export it as ONNX to look into it.',
    ],
    [
      'other layers',
      async () =>
        changed('vilt-match', { 'config.json': await config('vilt-match', { num_hidden_layers: 6 }) }),
      'Expected ViLT with num_hidden_layers of 2, got 6: no recipe is made for that size.',
    ],
    [
      'a configuration that contradicts the weights',
      async () =>
        changed('clip-b32', {
          'config.json': await (
            await checkpoint('clip-b16')
          )
            .find((one) => one.name === 'config.json')!
            .text(),
        }),
      /^Expected vision_model\.embeddings\.patch_embedding\.weight of \[16, 3, 8, 8\], got \[16, 3, 16, 16\]\.$/,
    ],
    [
      'a configuration that is no JSON',
      () => changed('vilt-match', { 'config.json': '{' }),
      'config.json is no JSON: it was cut short or is something else.',
    ],
  ])('%s', async (_, files, sentence) => {
    await expect(recipeEngine().own.examine(await files(), () => {})).rejects.toThrow(sentence);
  });
});
