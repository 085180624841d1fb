import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shipped } from '../../src/architectures/manifest';
import type { Ask, Input } from '../../src/trace/trace';
import { zooManifest } from '../architectures/zoo';
import { nodeEngine, nodePlace } from './node';
import { parityOf } from './parity';
import { serveModels } from './serve';
import { memoryShelf } from './shelf';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => void (site = await serveModels()));
afterAll(() => site.close());

const input: Input = {
  picture: { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(200) },
  crop: [0, 0, 1, 1],
  caption: 'a red circle above a dog',
};
const everything: Ask = { task: 'match', attentions: 'all' };
const nothing: Ask = { task: 'match', attentions: 'none' };
const oracle = (id: string, number: number) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, `../oracle/${id}-${number}.safetensors`)));

test('models that are opened and run at the same time do not get each other’s weights', async () => {
  const engine = nodeEngine(site.base);
  const folders = shipped.map((id) => `zoo/${id}`);
  await Promise.all(folders.map((folder) => engine.load(folder)));
  const opened = await Promise.all(folders.map((folder) => engine.open(folder)));
  for (const { agreement, warning } of opened)
    expect([agreement, warning]).toMatchObject([{ agrees: true }, null]);
  const ask = (folder: string) => engine.run(folder, input, nothing);
  const together = await Promise.all([...folders, ...folders].map(ask));
  expect(together.map(({ model }) => model)).toEqual([...shipped, ...shipped]);
});

describe.each(shipped)('%s', (id) => {
  test('logits and attention of three inputs are PyTorch’s', async () => {
    const oracles = [oracle(id, 1), oracle(id, 2)];
    const { differences, model } = await parityOf(nodePlace(site.base), site.base, id, oracles);
    await model.release();
    expect(differences).toHaveLength(3);
    for (const difference of differences) expect(difference).toBeLessThan(1e-4);
  });

  test('opens with a good word, and runs with and without attention to the same answer, by one session a graph', async () => {
    const engine = nodeEngine(site.base);
    const made = vi.spyOn(ort.InferenceSession, 'create');
    const opened = await engine.open(`zoo/${id}`);
    expect(opened.warning).toBeNull();
    expect(opened.agreement?.agrees).toBe(true);
    expect(opened.backend.reason).toBe('WebAssembly, because Node has no WebGPU.');
    const seen = await engine.run(`zoo/${id}`, input, everything);
    const blind = await engine.run(`zoo/${id}`, input, nothing);
    expect(seen.outputs.match.dims).toEqual([1]);
    expect(blind.outputs.match.data[0]).toBeCloseTo(seen.outputs.match.data[0], 5);
    expect(blind.attentions.every(({ weights }) => weights === null)).toBe(true);
    expect(made).toHaveBeenCalledTimes(Object.keys(zooManifest(id).graphs).length);
    made.mockRestore();
    for (const { weights } of seen.attentions) expect(worstRow(weights)).toBeLessThan(1e-5);
  });

  test('a picture of noise and a caption without a known word still give an answer', async () => {
    const data = Uint8ClampedArray.from({ length: 90 * 60 * 4 }, (_, i) =>
      i % 4 === 3 ? 255 : (i * 7919) % 251,
    );
    const odd: Input = {
      picture: { width: 90, height: 60, data },
      crop: [0, 0, 1, 1],
      caption: 'qux ✓ zyzzyva',
    };
    const { tokens, outputs, attentions } = await nodeEngine(site.base).run(`zoo/${id}`, odd, everything);
    const words = tokens.filter(({ role, word }) => role === 'word' && word !== undefined && word !== 1);
    expect(words.length).toBeGreaterThan(0);
    expect(words.every(({ unknown }) => unknown)).toBe(true);
    expect(Number.isFinite(outputs.match.data[0])).toBe(true);
    for (const { weights } of attentions) expect(worstRow(weights)).toBeLessThan(1e-5);
  });
});

test.each(shipped.filter((id) => zooManifest(id).tasks.mask))(
  '%s: a word that is masked is guessed as a [MASK] in its place is',
  async (id) => {
    const engine = nodeEngine(site.base);
    const hidden = await engine.run(`zoo/${id}`, input, { ...nothing, task: 'mask', masked: [6] });
    const typed = await engine.run(
      `zoo/${id}`,
      { ...input, caption: 'a red circle above a [MASK]' },
      nothing,
    );
    expect(hidden.guesses).toEqual(typed.guesses);
    expect(hidden.guesses[0].words).toHaveLength(5);
    const [first, second] = hidden.guesses[0].words;
    expect(first.probability).toBeGreaterThan(second.probability);
  },
);

/** How far any row of a map is from a sum of 1. */
function worstRow(weights: { dims: readonly number[]; data: Float32Array } | null): number {
  const keys = weights?.dims[2] ?? 0;
  let worst = weights ? 0 : Infinity;
  for (let at = 0; weights && at < weights.data.length; at += keys)
    worst = Math.max(
      worst,
      Math.abs(1 - weights.data.subarray(at, at + keys).reduce((sum, value) => sum + value, 0)),
    );
  return worst;
}

describe('what goes wrong', () => {
  test('a failed run does not poison the next', async () => {
    const engine = nodeEngine(site.base);
    const bad: Input = { ...input, crop: [0, 0, 0, 0] };
    await expect(engine.run('zoo/vilt-mini', bad, nothing)).rejects.toThrow('expected a box within 2 × 2 px');
    await expect(engine.run('zoo/vilt-mini', input, { ...nothing, masked: [0] })).rejects.toThrow(
      'expected a word to mask',
    );
    expect((await engine.run('zoo/vilt-mini', input, nothing)).model).toBe('vilt-mini');
  });

  test.each([
    ['missing', (name: string) => `${name}: expected a file at`, 404, () => ''],
    ['a web page', () => 'got a web page: the file is missing there.', 200, () => '<!doctype html>'],
    ['truncated', () => 'bytes, got only 1,000 bytes.', 200, (file: Buffer) => file.subarray(0, 1000)],
    [
      'changed',
      () => 'expected the sha256',
      200,
      (file: Buffer) => Buffer.from(file).fill(0, 2_000_000, 2_000_004),
    ],
  ])(
    'a model file that is %s is one sentence, and can be tried again',
    async (_, sentence, status, content) => {
      const file = readFileSync(join(import.meta.dirname, '../../models/zoo/vilt-mini/model.onnx'));
      site.answers['/zoo/vilt-mini/model.onnx'] = (_, response) => {
        const body = content(file);
        if (typeof body === 'string') response.setHeader('Content-Type', 'text/html');
        response.writeHead(status).end(body);
      };
      const engine = nodeEngine(site.base);
      await expect(engine.open('zoo/vilt-mini')).rejects.toThrow(sentence('model.onnx'));
      expect((await engine.read('zoo/vilt-mini', 'a dog')).tokens).toHaveLength(4);
      delete site.answers['/zoo/vilt-mini/model.onnx'];
      await expect(engine.load('zoo/vilt-mini')).resolves.toBeUndefined();
    },
  );

  test('a missing manifest and one that is not a manifest', async () => {
    await expect(nodeEngine(site.base).open('zoo/none')).rejects.toThrow('manifest.json: expected a file at');
    site.answers['/zoo/odd/manifest.json'] = (_, response) => response.end('{"schema": 2}');
    await expect(nodeEngine(site.base).open('zoo/odd')).rejects.toThrow(
      'manifest.json, field schema: expected 1, got 2',
    );
  });
});

describe('the shelf', () => {
  test('files are downloaded once, and tell their bytes', async () => {
    const shelf = memoryShelf();
    const told: number[] = [];
    await nodeEngine(site.base, shelf).load('zoo/vilt-mini', ({ step, loaded, total }) => {
      if (step === 'download') told.push(loaded / (total ?? 0));
    });
    expect(told.at(-1)).toBe(1);
    const before = site.asked.length;
    await nodeEngine(site.base, shelf).load('zoo/vilt-mini');
    expect(site.asked.slice(before)).toEqual(['/zoo/vilt-mini/manifest.json']);
  });

  test('what was damaged there is dropped and fetched again', async () => {
    const shelf = memoryShelf();
    await nodeEngine(site.base, shelf).load('zoo/vilt-mini');
    for (const key of shelf.entries.keys()) shelf.entries.set(key, new Response('damaged'));
    const before = site.asked.length;
    await nodeEngine(site.base, shelf).load('zoo/vilt-mini');
    expect(site.asked.slice(before)).toHaveLength(5);
    await nodeEngine(site.base, shelf).load('zoo/vilt-mini');
    expect(site.asked.slice(before)).toHaveLength(6);
  });

  test('a full shelf costs only the next visit a download', async () => {
    const shelf = {
      ...memoryShelf(),
      put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    };
    await expect(nodeEngine(site.base, shelf).load('zoo/vilt-mini')).resolves.toBeUndefined();
  });
});
