import { describe, expect, test } from 'vitest';
import { readManifest, shipped } from '../../src/architectures/manifest';
import { zooManifest } from './zoo';

describe('readManifest', () => {
  test.each(shipped)('%s is read', (id) => expect(readManifest(zooManifest(id)).id).toBe(id));

  test('has room for several graphs, regions and other families', () => {
    const [port] = zooManifest('vilt-mini').graphs.model.inputs;
    const graph = {
      file: 'text.onnx',
      sha256: 'a'.repeat(64),
      bytes: 1,
      inputs: [port],
      outputs: [port],
      attentions: [],
    };
    const clip = {
      ...zooManifest('vilt-mini'),
      adapter: 'dual-encoder',
      interaction: 'VSE',
      visual: 'region',
      graphs: { text: graph, vision: graph, detector: graph },
      tasks: { embed: { output: 'text/embedding' } },
    };
    expect(Object.keys(readManifest(clip).graphs)).toEqual(['text', 'vision', 'detector']);
  });

  test.each([
    ['id', { id: 'ViLT Mini' }, /^manifest.json, field id: expected .*, got "ViLT Mini"$/],
    ['visual', { visual: 'pixels' }, /^manifest.json, field visual: expected \("patch" \| .*, got "pixels"$/],
    [
      'sequence',
      { sequence: ['sound'] },
      /^manifest.json, field sequence.0: expected \("text" \| "image"\), got "sound"$/,
    ],
  ])('a wrong %s is named', (_, change, sentence) =>
    expect(() => readManifest({ ...zooManifest('vilt-mini'), ...change })).toThrow(sentence),
  );

  test('something else altogether', () =>
    expect(() => readManifest([])).toThrow('manifest.json, field schema: expected "schema", got undefined'));
});
