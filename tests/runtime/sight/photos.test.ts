import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Ask, Box, Input } from '../../../src/trace/trace';
import { nodeEngine } from '../node';
import { serveModels } from '../serve';

const ids = ['uniter-mini', 'lxmert-mini', 'pixelbert-mini', 'clip-photo-mini'];
/** Random weights, which lie beside the tests; and those that ship, once they do. */
const shelves = [
  ['too small to know anything', 'tests/oracle/seen', 2],
  ['that ship', 'models', 9],
] as const;
const there = shelves.filter(([, folder]) =>
  existsSync(join(import.meta.dirname, '../../..', folder, 'zoo/uniter-mini/manifest.json')),
);

/** Stripes, wider than high. */
const picture = {
  width: 64,
  height: 48,
  data: Uint8ClampedArray.from({ length: 64 * 48 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256)),
};
/** The square that the page begins with: models that squash see the whole picture then. */
const input: Input = { picture, crop: [0.125, 0, 0.75, 1], caption: 'a dog under a tree' };
const everything: Ask = { task: 'match', attentions: 'all' };

test('a backbone that is wrong makes the models over it disagree, and is warned of', async () => {
  const folder = join(import.meta.dirname, '../../..', 'tests/oracle/seen/zoo/backbone');
  const bytes = readFileSync(join(folder, 'reference.safetensors'));
  const told = bytes.readUInt32LE(0);
  const header = JSON.parse(bytes.subarray(8, 8 + told).toString()) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  expect(header.coarse.dtype).toBe('F16');
  // The largest number that half precision holds.
  bytes.writeUInt16LE(0x7bff, 8 + told + header.coarse.data_offsets[0]);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: Record<string, { sha256: string }>;
  };
  manifest.files['reference.safetensors'].sha256 = createHash('sha256').update(bytes).digest('hex');
  const site = await serveModels(
    {
      '/zoo/backbone/manifest.json': (_, response) => response.end(JSON.stringify(manifest)),
      '/zoo/backbone/reference.safetensors': (_, response) => response.end(bytes),
    },
    'tests/oracle/seen',
  );
  const { agreement, warning } = await nodeEngine(site.base).open('zoo/pixelbert-mini');
  expect(agreement?.agrees).toBe(false);
  expect(agreement?.difference).toBeGreaterThan(0.5);
  expect(warning).toMatch(/differs from PyTorch by .*: do not trust what it shows\.$/);
  await site.close();
});

test('what backbone, detector and model are compared with begins with one look at the stored picture', async () => {
  const site = await serveModels({}, 'tests/oracle/seen');
  const { prototype } = ort.InferenceSession as unknown as { prototype: ort.InferenceSession };
  const run = vi.spyOn(prototype, 'run');
  const { agreement } = await nodeEngine(site.base).open('zoo/uniter-mini');
  const looks = run.mock.calls.filter(([feeds]) => 'pixel_values' in feeds);
  run.mockRestore();
  expect(agreement?.agrees).toBe(true);
  expect(looks).toHaveLength(1);
  await site.close();
});

describe.each(there)('photo models %s', (_, folder, side) => {
  let site: Awaited<ReturnType<typeof serveModels>>;
  let engine: ReturnType<typeof nodeEngine>;
  beforeAll(async () => {
    site = await serveModels({}, folder);
    engine = nodeEngine(site.base);
  });
  afterAll(() => site.close());
  const run = (id: string, more: Partial<Input> = {}) =>
    engine.run(`zoo/${id}`, { ...input, ...more }, everything);
  const boxesOf = async (id: string, more: Partial<Input> = {}) =>
    (await run(id, more)).tokens.flatMap(({ box }) => (box ? [box] : []));

  test.each(ids)('%s opens in agreement with PyTorch', async (id) => {
    const { agreement, warning } = await engine.open(`zoo/${id}`);
    expect(warning).toBeNull();
    expect(agreement?.difference).toBeLessThan(1e-4);
  });

  test('the backbone is fetched once, and looks at a picture once for all models and every caption', async () => {
    const before = { ...engine.sights.counts };
    for (const caption of [input.caption, 'two birds'])
      for (const id of ids) {
        const trace = await run(id, { caption });
        if (caption !== input.caption) expect(trace.timings.see).toBe(0);
        for (const { weights, name } of trace.attentions) expect(weights, name).not.toBeNull();
      }
    expect(engine.sights.counts).toEqual({ backbone: before.backbone + 1, detector: before.detector + 1 });
    expect(site.asked.filter((path) => path.endsWith('backbone.onnx'))).toHaveLength(1);
  });

  test('another part of the picture, or another picture, is looked at anew; boxes are not', async () => {
    await run('uniter-mini');
    const { backbone } = engine.sights.counts;
    await run('uniter-mini', { boxes: [[0.1, 0.1, 0.5, 0.5]] });
    expect(engine.sights.counts.backbone).toBe(backbone);
    await run('uniter-mini', { crop: [0, 0, 0.5, 0.5] });
    await run('uniter-mini', { picture: { ...picture } });
    expect(engine.sights.counts.backbone).toBe(backbone + 2);
  });

  test('cells and regions lie where they are seen: on the whole picture, then on the part that was chosen', async () => {
    const cells = await boxesOf('pixelbert-mini');
    expect(cells).toHaveLength(side * side);
    expect(cells[0]).toEqual([0, 0, 1 / side, 1 / side]);
    const part: Box = [0.5, 0.5, 0.25, 0.5];
    for (const id of ['pixelbert-mini', 'uniter-mini'])
      for (const [x, y, width, height] of await boxesOf(id, { crop: part })) {
        expect(Math.min(x - 0.5, y - 0.5)).toBeGreaterThan(-1e-6);
        expect(Math.max(x + width - 0.75, y + height - 1)).toBeLessThan(1e-6);
      }
  });

  test('regions have names and say who gave them; the visitor’s take the place of the detector’s', async () => {
    const found = (await run('lxmert-mini')).tokens.filter(({ role }) => role === 'region');
    expect(found).toHaveLength(20);
    for (const { origin, name, confidence } of found)
      expect([name, confidence].every((said) => (said === undefined) === (origin === 'filling'))).toBe(true);
    const mine: Box = [0.3, 0.2, 0.5, 0.6];
    const kept = found[0].box!;
    const given = await run('lxmert-mini', { boxes: [kept, mine] });
    const regions = given.tokens.filter(({ role }) => role === 'region');
    expect(regions.map(({ origin }) => origin)).toEqual([found[0].origin, 'visitor']);
    expect(regions[1].name).toEqual(expect.any(String));
    regions[1].box!.forEach((number, i) => expect(number).toBeCloseTo(mine[i], 6));
    const across = given.attentions.find(({ name }) => name.startsWith('text → image'));
    expect(across?.weights?.dims[2]).toBe(2);
  });

  test.each<[string, Box[], RegExp]>([
    ['none', [], /between 1 and 100 boxes on the picture, got 0/],
    ['a hundred and one', Array.from({ length: 101 }, (): Box => [0, 0, 1, 1]), /got 101/],
    ['outside of the picture', [[1.2, 0, 0.3, 0.3]], /Box 1: expected one of some size within/],
    [
      'of no size',
      [
        [0, 0, 1, 1],
        [0.5, 0.5, 0, 0],
      ],
      /Box 2: expected one of some size within/,
    ],
    ['of no number', [[0, NaN, 1, 1]], /Box 1: expected four numbers, got 0, NaN, 1, 1/],
  ])('boxes: %s are refused in a sentence, and the next run is well', async (_, boxes, sentence) => {
    await expect(run('uniter-mini', { boxes })).rejects.toThrow(sentence);
    await expect(run('uniter-mini')).resolves.toMatchObject({ model: 'uniter-mini' });
  });

  test('where there is nothing to be found a fixed grid fills up, and models run on it', async () => {
    const grey = { ...picture, data: new Uint8ClampedArray(picture.data.length).fill(128) };
    const regions = (await run('uniter-mini', { picture: grey })).tokens.filter(
      ({ role }) => role === 'region',
    );
    expect(regions).toHaveLength(20);
    expect(regions.at(-1)?.origin).toBe('filling');
  });

  test('a hundred boxes are run', async () => {
    const boxes = Array.from({ length: 100 }, (_, i): Box => [
      (i % 10) / 10,
      Math.floor(i / 10) / 10,
      0.1,
      0.1,
    ]);
    expect((await run('uniter-mini', { boxes })).tokens.filter(({ role }) => role === 'region')).toHaveLength(
      100,
    );
  });
});
