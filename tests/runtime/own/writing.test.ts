import { describe, expect, test, vi } from 'vitest';
import { readSafetensors } from '../../../src/containers/safetensors';
import type { Ask, Input } from '../../../src/trace/trace';
import { joinPieces, stepOf } from '../../../src/state/panel/written';
import { bring, everything, input } from '../bring';
import { checkpoint, recipeEngine } from '../folders';

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
