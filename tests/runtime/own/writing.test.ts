import { describe, expect, test, vi } from 'vitest';
import { readSafetensors } from '../../../src/containers/safetensors';
import type { Ask, Input } from '../../../src/trace/trace';
import { stepOf } from '../../../src/state/panel/written';
import { joinPieces } from '../../../src/trace/spell';
import { bring, everything, input } from '../bring';
import { checkpoint, recipeEngine } from '../folders';
import { nameOf } from '../../../src/state/lens/look';

vi.setConfig({ testTimeout: 60_000 });

/** The picture of a tiny checkpoint's reference, and what `generate` of transformers writes of it. */
async function referenceOf(files: File[]): Promise<{ input: Input; written: number[] }> {
  const file = files.find(({ name }) => name === 'reference.safetensors')!;
  const { tensors } = readSafetensors(new Uint8Array(await file.arrayBuffer()));
  const { data, dims } = tensors.get('pixels')!;
  const rgba = new Uint8ClampedArray(dims[0] * dims[1] * 4).fill(255);
  for (let i = 0; i < dims[0] * dims[1]; i++)
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = Number(data[3 * i + c]);
  const picture = { width: dims[1], height: dims[0], data: rgba };
  return {
    input: { picture, crop: [0, 0, 1, 1], caption: 'a red dog' },
    written: Array.from(tensors.get('written')!.data as Int32Array),
  };
}

const write = (written: number[]): Ask => ({ task: 'write', attentions: 'all', written });

describe.each(['blip-captions', 'vit-gpt2-captions'])('%s', (name) => {
  test('writes what generate of transformers writes, a word at a time', async () => {
    const files = await checkpoint(name);
    const { input, written } = await referenceOf(files);
    const { engine, folder, manifest } = await bring(files, {}, recipeEngine());
    expect(written.length).toBeGreaterThan(3);
    const mine: number[] = [];
    while (mine.length < written.length) {
      const { next } = await engine.run(folder, input, write([...mine]));
      expect(next![0].ends).toBe(next![0].id === manifest.own!.writes!.end);
      mine.push(next![0].id);
    }
    expect(mine).toEqual(written);
  });

  test('a word that is not written yet changes no map: each step’s is the same row of the whole text', async () => {
    const files = await checkpoint(name);
    const { input, written } = await referenceOf(files);
    const { engine, folder } = await bring(files, {}, recipeEngine());
    const ids = written.slice(0, 3);
    const step = stepOf(await engine.run(folder, input, write(ids.slice(0, 2))));
    const whole = await engine.run(folder, input, write(ids));
    expect(step.rows.size).toBe(2);
    for (const [index, { heads, weights }] of step.rows) {
      const { data, dims } = whole.attentions[index].weights!;
      const [, queries, keys] = dims;
      expect(dims).toEqual([heads, 4, 17]);
      for (let head = 0; head < heads; head++)
        for (let patch = 0; patch < 16; patch++)
          expect(weights[head * 16 + patch]).toBeCloseTo(data[(head * queries + 2) * keys + 1 + patch], 5);
    }
  });

  test('a head that is off changes what comes next; the text of a caption is scored by its likelihood', async () => {
    const files = await checkpoint(name);
    const { engine, folder } = await bring(files, {}, recipeEngine());
    const plain = await engine.run(folder, input, write([]));
    const at = [...stepOf(plain).rows.keys()][0];
    const factor = { dims: [4, 1, 1], data: Float32Array.of(0, 0, 0, 0) };
    const off = await engine.run(folder, input, { ...write([]), masks: [{ attention: at, factor }] });
    expect(off.next![0].probability).not.toBeCloseTo(plain.next![0].probability, 5);
    const { outputs, tokens } = await engine.run(folder, input, everything);
    expect(tokens[0]).toMatchObject({ role: 'cls', text: '[start]' });
    const words = tokens.filter(({ stream }) => stream === 'text').length - 1;
    expect(outputs.match.data[0]).toBeLessThan(0);
    expect(Math.exp(outputs.match.data[0] * words)).toBeLessThan(1);
  });
});

describe('blip-answers', () => {
  /** The question of the reference in words, and what `generate` of transformers answers. */
  async function asked(files: File[]) {
    const { input, written } = await referenceOf(files);
    const file = (name: string) => files.find((one) => one.name === name)!;
    const pieces = (await file('vocab.txt').text()).split('\n');
    const { tensors } = readSafetensors(new Uint8Array(await file('reference.safetensors').arrayBuffer()));
    const ids = Array.from(tensors.get('input_ids')!.data as Int32Array);
    const caption = ids.slice(1, -1).map((id) => pieces[id]);
    const words = written.filter((id) => id !== 3).map((id) => pieces[id]);
    return { input: { ...input, caption: caption.join(' ') }, written, words };
  }

  test('a question is answered as generate of transformers does, with the maps of each word', async () => {
    const files = await checkpoint('blip-answers');
    const { input, written, words } = await asked(files);
    const { engine, folder, manifest } = await bring(files, {}, recipeEngine());
    const names = manifest.graphs.model.attentions.map(({ name }) => name);
    expect(names.slice(2)).toEqual([
      ...['question 1', 'question → image 1', 'question 2', 'question → image 2'],
      ...['answer 1', 'answer → question 1', 'answer 2', 'answer → question 2'],
    ]);
    const reply = await engine.run(folder, input, { task: 'answer', attentions: 'all' });
    const steps = reply.steps!;
    expect(steps.slice(0, written.length).map(({ next }) => next![0].id)).toEqual(written);
    expect(steps.length).toBeGreaterThan(3);
    expect(reply.answers![0].text.split(' ').slice(0, words.length)).toEqual(words);
    const held = steps.flatMap(({ attentions }) => attentions.flatMap(({ weights }) => weights?.data ?? []));
    expect(held.length).toBeGreaterThan(0);
    expect(
      held.every((data) => data.buffer.byteLength === data.byteLength),
      'maps of the picture are let go',
    ).toBe(true);
    const chances = steps.map(({ next }) => next![0].probability);
    expect(reply.answers![0].probability).toBeCloseTo(
      chances.reduce((all, one) => all * one),
      6,
    );
    const third = stepOf(steps[2]);
    expect(third.through).toBe(9);
    expect([...third.rows.keys()]).toEqual([3, 5]);
    expect([...third.overText.keys()]).toEqual([6, 7, 8, 9]);
    expect(third.overText.get(6)!.text.map(({ written }) => written)).toEqual([true, true, true]);
    expect(third.overText.get(7)!.text.map(({ text }) => text)).toEqual([
      '[CLS]',
      ...input.caption.split(' '),
      '[SEP]',
    ]);
    for (const { heads, weights } of third.overText.values())
      for (let head = 0, long = weights.length / heads; head < heads; head++)
        expect(weights.slice(head * long, (head + 1) * long).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test('a caption is read as a question, whose words see the picture and no answer; what was written changes no map of theirs', async () => {
    const files = await checkpoint('blip-answers');
    const { engine, folder } = await bring(files, {}, recipeEngine());
    const { tokens, attentions } = await engine.run(folder, input, everything);
    const text = tokens.filter(({ stream }) => stream === 'text').map(({ text }) => text);
    expect(text).toEqual(['[CLS]', 'a', 'red', 'dog', 'beside', 'trees', '[SEP]', '[start]']);
    const names = tokens.flatMap((token) => (token.stream === 'text' ? [nameOf(token)] : []));
    expect(names, 'the start is of the answer, and no word of the caption').toEqual([
      'cls',
      0,
      1,
      2,
      3,
      4,
      'sep',
      'start',
    ]);
    expect(attentions[3].weights!.dims).toEqual([4, 7, 17]);
    expect(attentions[7].weights!.dims).toEqual([4, 1, 7]);
    const later = await engine.run(folder, input, write([7, 8]));
    expect(later.attentions[7].weights!.dims).toEqual([4, 3, 7]);
    expect(Array.from(later.attentions[3].weights!.data)).toEqual(Array.from(attentions[3].weights!.data));
  });

  test('a head that is off changes the answer’s probability', async () => {
    const files = await checkpoint('blip-answers');
    const { input } = await asked(files);
    const { engine, folder } = await bring(files, {}, recipeEngine());
    const ask = { task: 'answer', attentions: 'none' } as const;
    const plain = await engine.run(folder, input, ask);
    const factor = { dims: [4, 1, 1], data: Float32Array.of(0, 1, 1, 1) };
    const off = await engine.run(folder, input, { ...ask, masks: [{ attention: 7, factor }] });
    expect(plain.steps).toBeUndefined();
    const [before, after] = [plain, off].map(({ answers }) => Math.log(answers![0].probability));
    expect(after).not.toBeCloseTo(before, 3);
  });
});

test('a model that does not write says so', async () => {
  const { engine, folder } = await bring(await checkpoint('blip-match'), {}, recipeEngine());
  await expect(engine.run(folder, input, write([]))).rejects.toThrow('BLIP writes no captions.');
});

test('pieces become a text', () => {
  expect(joinPieces(['two', 'cats', 'sleep', '##ing', 'on', 'a', 'couch', '.'])).toBe(
    'two cats sleeping on a couch.',
  );
  expect(joinPieces(['a', 'Ġdog', 'Ġrunn', 'ing', '.'])).toBe('a dog running.');
});
