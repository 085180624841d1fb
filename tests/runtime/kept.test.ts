import { expect, test, describe, vi } from 'vitest';
import { nodeEngine } from './node';
import { base, bring, drop, everything, input } from './bring';
import { fileOf, hubBytes } from './own/ownfiles';
import { memoryShelf } from './shelf';

vi.setConfig({ testTimeout: 60_000 });

describe('what is remembered', () => {
  test('answers and the tokenizer come back with the model file alone, in another engine on the same shelf', async () => {
    const shelf = memoryShelf();
    const first = await bring(drop('bridgetower'), { score: 'model/logits 0' }, nodeEngine(base, shelf));
    expect(await first.store()).toBe(true);
    const later = nodeEngine(base, shelf);
    const again = await later.own.examine([fileOf('renamed.onnx', hubBytes('bridgetower'))], () => {});
    expect(again.answers).toEqual({ score: 'model/logits 0' });
    expect(again.proposal.parts[0].inspection.draft['text.tokenizer'].sure).toBe(true);
    expect((await later.run(first.folder, input, everything)).attentions).toHaveLength(8);
  });

  test('a page whose address asks for something finds it too', async () => {
    const { manifest } = await bring(drop('vit'), {}, nodeEngine(`${base}?backend=wasm`, memoryShelf()));
    expect(manifest.name).toBe('model');
  });

  test('where the browser keeps nothing, the model is there until the page is closed', async () => {
    const full = {
      ...memoryShelf(),
      put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    };
    const { store, engine, folder } = await bring(drop('vit'), {}, nodeEngine(base, full));
    expect(await store()).toBe(false);
    expect((await engine.run(folder, input, everything)).attentions).toHaveLength(2);
    await expect(nodeEngine(base, full).open(folder)).rejects.toThrow(
      /^This browser does not hold the model of this link: drop its files on the page, or choose another\.$/,
    );
  });

  test('reading tells its bytes and can be cancelled', async () => {
    const told: number[] = [];
    const { own } = nodeEngine(base);
    await own.examine(
      drop('vit'),
      ({ step, loaded, total }) => step === 'read' && told.push(loaded / total!),
    );
    expect(told.at(-1)).toBe(1);
    const stop = new AbortController();
    stop.abort(new Error('Stopped.'));
    await expect(own.examine(drop('vit'), () => {}, stop.signal)).rejects.toThrow('Stopped.');
  });
});

describe('what cannot be opened, in one sentence', () => {
  const { own } = nodeEngine(base);
  const model = hubBytes('vit');
  const odd = (at: number) => model.map((byte, i) => (i > at ? 0xff : byte));
  test.each<[string, File[], string | RegExp]>([
    ['nothing', [], 'Expected a model.onnx, or a config.json with its weights, among the files, got none.'],
    [
      'no model',
      [fileOf('tokenizer.json', '{}')],
      'Expected a model.onnx, or a config.json with its weights, among the files, got tokenizer.json.',
    ],
    ['an empty file', [fileOf('a.onnx', '')], 'a.onnx: The model file is empty (0 bytes).'],
    [
      'text',
      [fileOf('a.onnx', 'Dear reader, I am no model.')],
      /^a\.onnx: The file is text, not an ONNX model/,
    ],
    ['a truncated file', [fileOf('a.onnx', model.slice(0, 100_000))], /^a\.onnx: The model file ends early/],
    [
      'a damaged file',
      [fileOf('a.onnx', odd(150_000))],
      /^a\.onnx: The (file is not an ONNX model|model file)/,
    ],
    [
      'a tokenizer cut short',
      [fileOf('a.onnx', model), fileOf('tokenizer.json', '{"mod')],
      'tokenizer.json is no JSON: it was cut short or is something else.',
    ],
    [
      'two models',
      [fileOf('a.onnx', hubBytes('clip')), fileOf('b.onnx', hubBytes('vit'))],
      'Expected the files of one model, got several models: a.onnx, b.onnx. Drop one of them.',
    ],
  ])('%s', async (_, files, sentence) => {
    await expect(own.examine(files, () => {})).rejects.toThrow(sentence);
  });

  test('answers to files that were not examined', () => {
    expect(() => own.keep('0'.repeat(16), {})).toThrow('These files were let go of: drop them again.');
  });
});
