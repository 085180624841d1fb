import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { describe, expect, test, vi } from 'vitest';
import { finishDraft, startDraft } from '../../../src/onnx/change/draft';
import { expose } from '../../../src/onnx/change/expose';
import { findAttention } from '../../../src/onnx/find/find';
import { applyPatch } from '../../../src/onnx/change/patch';
import { readModel } from '../../../src/onnx/file/reader';
import { readSafetensors } from '../../../src/containers/safetensors';
import type { Ask } from '../../../src/trace/trace';
import type { nodeEngine } from '../node';
import { bring, drop, everything, input, picture } from '../bring';
import { fileOf, hubBytes } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

/** The caption and the picture as the tiny models get them: (value / 255 − mean) / std. */
const ids = [1, 11, 12, 13, 14, 15, 2];
const whole = (values: number[]) =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
function pixels(): ort.Tensor {
  const data = new Float32Array(3 * 1024);
  const statistics = [
    [0.5, 0.5],
    [0.25, 0.25],
    [0, 1],
  ];
  statistics.forEach(([mean, std], channel) => {
    for (let i = 0; i < 1024; i++)
      data[channel * 1024 + i] = (picture.data[i * 4 + channel] / 255 - mean) / std;
  });
  return new ort.Tensor('float32', data, [1, 3, 32, 32]);
}

/** Every attention and output of a tiny model by the runtime alone, which `tests/onnx/hub.test.ts` holds against PyTorch. */
async function plain(name: string, feeds: Record<string, ort.Tensor>) {
  const model = readModel(hubBytes(name));
  const { attentions } = findAttention(model);
  const draft = startDraft(model);
  expose(
    draft,
    attentions.map(({ tensor }) => tensor!),
  );
  const session = await ort.InferenceSession.create(applyPatch(hubBytes(name), finishDraft(draft)), {
    logSeverityLevel: 3,
  });
  return session.run(feeds);
}

const distance = (a: ArrayLike<number> | undefined, b: ArrayLike<number>) =>
  a?.length === b.length
    ? Array.from(b).reduce((most, x, i) => Math.max(most, Math.abs(a[i] - x)), 0)
    : Infinity;

describe('models that see pixels and words', () => {
  test.each<[name: string, kind: string, shown: number, tokens: number]>([
    ['vilt', 'self-attention', 2, 12],
    ['clip', 'VSE', 4, 12],
    ['siglip', 'VSE', 5, 12],
    ['blip', 'co-attention', 6, 12],
    ['bridgetower', 'co-attention', 8, 12],
  ])('%s: its maps and its score are those of the file', async (name, kind, shown, tokens) => {
    const { engine, folder, manifest, examined } = await bring(drop(name));
    expect(examined.proposal.obstacles).toEqual([]);
    expect(manifest.interaction).toBe(kind);
    const trace = await engine.run(folder, input, everything);
    expect(trace.tokens).toHaveLength(tokens);
    expect(trace.attentions).toHaveLength(shown);
    const wanted = await plain(name, {
      input_ids: whole(ids),
      attention_mask: whole(ids.map(() => 1)),
      pixel_values: pixels(),
    });
    const tensors = manifest.graphs.model.attentions.map(({ tensor }) => tensor);
    trace.attentions.forEach(({ weights }, i) =>
      expect(distance(weights?.data, wanted[tensors[i]].data as Float32Array)).toBeLessThan(1e-6),
    );
    const output = manifest.tasks.match!.output.slice('model/'.length);
    const [first, second] = wanted[output].data as Float32Array;
    const score = manifest.own?.score?.by === 'column' ? second - first : first;
    expect(trace.outputs.match.data[0]).toBeCloseTo(score, 4);
  });
});

test('weights in a file beside the model: the same maps, the same score, the same score without a head', async () => {
  const beside = (name: string) =>
    fileOf(name, new Uint8Array(readFileSync(join(import.meta.dirname, `../../oracle/beside/${name}`))));
  const [, ...words] = drop('vilt');
  const whole = await bring(drop('vilt'));
  const parted = await bring([beside('vilt.onnx'), beside('vilt.onnx.data'), ...words]);
  expect(parted.folder).not.toBe(whole.folder);
  const off: Ask = {
    ...everything,
    masks: [{ attention: 1, factor: { dims: [4, 1, 1], data: Float32Array.of(0, 1, 1, 1) } }],
  };
  for (const ask of [everything, off]) {
    const [a, b] = await Promise.all(
      [whole, parted].map(({ engine, folder }) => engine.run(folder, input, ask)),
    );
    expect(b.outputs.match.data).toEqual(a.outputs.match.data);
    expect(b.attentions.map(({ weights }) => weights?.data)).toEqual(
      a.attentions.map(({ weights }) => weights?.data),
    );
  }
});

/** The same score with the other column taken for “they fit”. */
async function other(engine: ReturnType<typeof nodeEngine>, folder: string): Promise<number> {
  const examined = await engine.own.examine(drop('visual-bert'), () => {});
  engine.own.keep(examined.id, { ...examined.answers, score: 'model/match 1' });
  await engine.close(folder);
  const { outputs } = await engine.run(
    folder,
    { ...input, caption: 'a [MASK]' },
    { task: 'match', attentions: 'none' },
  );
  return outputs.match.data[0];
}

describe('models that see less', () => {
  test('LXMERT without its detector runs on zeros and says so; maps of the words alone are PyTorch’s', async () => {
    const { engine, folder, examined, manifest } = await bring(drop('lxmert'));
    expect(examined.proposal.notes.join(' ')).toContain('(visual_feats, visual_pos)');
    expect(manifest).toMatchObject({ visual: 'region', own: { regions: 5, score: null } });
    const trace = await engine.run(folder, input, everything);
    const { tensors } = readSafetensors(
      readFileSync(join(import.meta.dirname, '../../oracle/hub/lxmert.safetensors')),
    );
    expect(trace.attentions).toHaveLength(11);
    for (const i of [0, 1])
      expect(
        distance(trace.attentions[i].weights?.data, tensors.get(`attention.${i}`)!.data as Float32Array),
      ).toBeLessThan(1e-5);
    expect(trace.tokens.filter(({ role }) => role === 'region')).toHaveLength(5);
    expect(trace.outputs).toEqual({});
    const blind = await engine.run(folder, input, { task: 'match', attentions: 'none' });
    expect(blind.attentions.every(({ weights }) => weights === null)).toBe(true);
  });

  test('BERT guesses a hidden word as PyTorch does, and has no picture', async () => {
    const { engine, folder, manifest } = await bring(drop('bert'));
    expect(manifest).toMatchObject({ interaction: 'one modality', sequence: ['text'], visual: 'image' });
    const shown = await engine.run(folder, input, everything);
    const { tensors } = readSafetensors(
      readFileSync(join(import.meta.dirname, '../../oracle/hub/bert.safetensors')),
    );
    expect(
      distance(shown.attentions[1].weights?.data, tensors.get('attention.1')!.data as Float32Array),
    ).toBeLessThan(1e-5);
    const { outputs, guesses } = await engine.run(folder, input, {
      task: 'mask',
      masked: [3],
      attentions: 'none',
    });
    const hidden = ids.map((id, at) => (at === 3 ? 4 : id));
    const wanted = await plain('bert', { input_ids: whole(hidden), attention_mask: whole(ids.map(() => 1)) });
    const logits = wanted.logits.data as Float32Array;
    expect(distance(outputs.mask.data, logits.subarray(3 * 99, 4 * 99))).toBeLessThan(1e-4);
    expect(guesses[0].words).toHaveLength(5);
  });

  test('ViT sees no words, whatever the caption', async () => {
    const { engine, folder, manifest } = await bring(drop('vit'));
    expect(manifest.sequence).toEqual(['image']);
    expect(await engine.read(folder, 'anything')).toEqual({ tokens: [], truncatedAt: null });
    const { attentions, tokens } = await engine.run(folder, input, everything);
    expect([tokens.length, attentions.length]).toEqual([5, 2]);
  });

  test('text of a fixed length is padded, and padding is no visible key', async () => {
    const { engine, folder } = await bring(drop('visual-bert'), { score: 'model/match 0' });
    const trace = await engine.run(folder, { ...input, caption: 'a dog' }, everything);
    expect(trace.tokens.slice(0, 7).map(({ role }) => role)).toEqual(
      'cls word word sep pad pad pad'.split(' '),
    );
    const { visible, weights } = trace.attentions[0];
    expect([...visible]).toEqual([1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(Math.max(...weights!.data.filter((_, i) => i % 12 > 3 && i % 12 < 7))).toBe(0);
    const { outputs } = await engine.run(
      folder,
      { ...input, caption: 'a dog' },
      { task: 'mask', masked: [2], attentions: 'none' },
    );
    expect(outputs.mask.dims).toEqual([1, 99]);
    expect(outputs.match.data[0]).toBeCloseTo(-(await other(engine, folder)), 5);
  });

  test('two encoders in two files are one model, and a head of either can be switched off', async () => {
    const files = [
      ...drop('bert').slice(1),
      fileOf('t.onnx', hubBytes('bert')),
      fileOf('v.onnx', hubBytes('vit')),
    ];
    const { engine, folder, manifest } = await bring(files);
    expect(manifest).toMatchObject({ interaction: 'VSE', streams: 'double', sequence: ['text', 'image'] });
    expect(Object.keys(manifest.graphs)).toEqual(['vision', 'text']);
    const seen = await engine.run(folder, input, everything);
    expect(seen.tokens).toHaveLength(12);
    expect(seen.attentions.map(({ name }) => name)).toEqual(['image 1', 'image 2', 'text 1', 'text 2']);
    const factor = { dims: [4, 1, 1], data: Float32Array.of(0, 1, 1, 1) };
    const off = await engine.run(folder, input, { ...everything, masks: [{ attention: 2, factor }] });
    const changed = off.attentions.map(
      ({ weights }, i) => distance(weights?.data, seen.attentions[i].weights!.data) > 1e-6,
    );
    expect(changed).toEqual([false, false, false, true]);
    const last = await engine.run(folder, input, { task: 'match', attentions: [3] });
    expect(last.attentions.map(({ weights }) => weights !== null)).toEqual([false, false, false, true]);
  });

  test('without a tokenizer ids are typed in place of a caption', async () => {
    const { engine, folder, examined } = await bring([fileOf('bert.onnx', hubBytes('bert'))]);
    expect(examined.proposal.notes).toContain(
      'No tokenizer.json came along: add it here, or type ids in place of a caption.',
    );
    await expect(engine.run(folder, input, everything)).rejects.toThrow(
      'This model came without a tokenizer: drop its tokenizer.json, or type ids such as “101 1037 3899 102” in place of “A”.',
    );
    const trace = await engine.run(folder, { ...input, caption: ids.join(' ') }, everything);
    expect(trace.tokens.map(({ text }) => text)).toEqual(ids.map(String));
  });
});
