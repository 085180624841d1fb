import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readRecipes } from '../../../src/architectures/published/recipe';
import { indexCheckpoint } from '../../../src/containers/checkpoint';
import { readPart, type Located, type TensorIndex } from '../../../src/containers/tensors';
import { bindGraph } from '../../../src/onnx/bind/bind';
import { listExternal } from '../../../src/onnx/file/external';
import { readModel } from '../../../src/onnx/file/reader';
import { checkpoint } from '../../runtime/folders';

const recipes = join(import.meta.dirname, '../../oracle/published/recipes');
const said = readRecipes(JSON.parse(readFileSync(join(recipes, 'index.json'), 'utf8')));
const table = 'vilt.embeddings.text_embeddings.word_embeddings.weight';

/** A recipe, the index of its tiny checkpoint, and binding of both with the index changed. */
async function open(name: string) {
  const graph = new Uint8Array(gunzipSync(readFileSync(join(recipes, `${name}.onnx.gz`))));
  const { index, files } = await indexCheckpoint(await checkpoint(name));
  const read = ({ offset, length }: Located) => readPart(files[0], offset, length);
  const bind = (change: (index: TensorIndex) => TensorIndex = (same) => same) =>
    bindGraph(graph, change(new Map(index)), said[name], read);
  return { graph, index, file: files[0], bind };
}

const renamed = (to: (name: string) => string) => (index: TensorIndex) =>
  new Map(Array.from(index, ([name, located]) => [to(name), located]));
const changed = (name: string, to: Partial<Located>) => (index: TensorIndex) =>
  index.set(name, { ...index.get(name)!, ...to });

test('every initialiser without data lies where its tensor lies, and the rest of the graph is as it was', async () => {
  const { graph, index, file, bind } = await open('vilt-match');
  const { bytes, unread, tensors } = await bind();
  const [before, after] = [readModel(graph), readModel(bytes)];
  const external = listExternal(bytes, after).get(file.name)!;
  for (const { weight, offset, length } of external)
    expect(index.get(weight)).toMatchObject({ offset, length });
  expect([...after.weights.keys()]).toEqual([...before.weights.keys()]);
  expect(after.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs])).toEqual(
    before.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs]),
  );
  expect(tensors).toBe(index.size);
  expect(unread).toEqual([]);
  expect(bytes.length).toBeLessThan(graph.length + 200 * tensors);
});

test('half precision stays as it is stored, behind a cast to 32 bits', async () => {
  const { bind } = await open('vilt-answers');
  const { bytes, tensors } = await bind();
  const after = readModel(bytes);
  const added = after.nodes.filter(({ inputs }) => inputs[0]?.endsWith(' as stored'));
  expect(added).toHaveLength(tensors);
  for (const { op, inputs, outputs } of added) {
    expect([op, `${outputs[0]} as stored`]).toEqual(['Cast', inputs[0]]);
    expect(after.weights.get(inputs[0])!.dtype).toBe(10);
  }
});

describe('lengths that a checkpoint chooses', () => {
  test('another count of answers, another vocabulary', async () => {
    const { bind } = await open('vilt-answers');
    const { bytes, sizes } = await bind((index) => {
      for (const [name, dims] of Object.entries({
        'classifier.3.weight': [11, 64],
        'classifier.3.bias': [11],
        [table]: [500, 32],
      }))
        index.set(name, { ...index.get(name)!, dims });
      return index;
    });
    expect(sizes.get('labels')).toBe(11);
    expect(sizes.get('vocabulary')).toBe(500);
    expect(readModel(bytes).outputs[0].dims).toEqual(['batch', 11]);
  });

  test('another vocabulary for a head that guesses words', async () => {
    const { bind } = await open('vilt-words');
    const { bytes, sizes } = await bind((index) => {
      for (const name of [table, 'mlm_score.decoder.weight', 'mlm_score.bias', 'mlm_score.decoder.bias'])
        if (index.has(name)) changed(name, { dims: name.endsWith('bias') ? [120] : [120, 32] })(index);
      return index;
    });
    expect(sizes.get('vocabulary')).toBe(120);
    expect(readModel(bytes).outputs[0].dims).toEqual(['batch', 'text', 120]);
  });

  test('must agree where several weights have them', async () => {
    const { bind } = await open('vilt-answers');
    await expect(bind(changed('classifier.3.bias', { dims: [5] }))).rejects.toThrow(
      /^Expected classifier\.3\.(bias|weight) of \d labels, as many as classifier\.3\.(bias|weight) has, got \[.*\]\.$/,
    );
  });
});

describe('names of other times', () => {
  test.each<[what: string, to: (name: string) => string]>([
    [
      'norms as BERT had them',
      (name) =>
        name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta'),
    ],
    ['a wrapper’s first part', (name) => `module.${name}`],
    ['the family’s first part left out', (name) => name.replace(/^vilt\./, '')],
  ])('%s', async (_, to) => {
    const { bind, index } = await open('vilt-match');
    const { tensors, unread } = await bind(renamed(to));
    expect([tensors, unread]).toEqual([index.size, []]);
  });

  test('a tied weight under its other name alone', async () => {
    const { bind } = await open('vilt-words');
    const { tensors } = await bind((index) => {
      index.delete(table);
      return index;
    });
    const plain = await bind();
    expect(tensors).toBe(plain.tensors);
  });

  test('what the graph does not read is named, positions and what belongs to another head aside', async () => {
    const { bind } = await open('vilt-words');
    const { unread } = await bind((index) => {
      const any = index.get('mlm_score.bias')!;
      for (const name of [
        'vilt.embeddings.text_embeddings.position_ids',
        'itm_score.fc.weight',
        'projector.weight',
      ])
        index.set(name, any);
      return index;
    });
    expect(unread).toEqual(['projector.weight']);
  });
});

describe('what is refused, in a sentence', () => {
  const layer = 'vilt.encoder.layer.1.attention.attention.query.weight';
  test.each<[what: string, change: (index: TensorIndex) => TensorIndex, sentence: RegExp | string]>([
    [
      'a tensor that is not there',
      (index) => (index.delete(layer), index),
      `Expected ${layer} of [32, 32] among the`,
    ],
    [
      'another model’s tensors',
      renamed((name) => name.replace(/^vilt\.encoder/, 'vilt.decoder')),
      /^Expected vilt\.encoder\.\S+ of \[.*\] and \d+ others of \d+ among the \d+ tensors of the checkpoint, got none of that name\.$/,
    ],
    ['another width', changed(layer, { dims: [32, 48] }), `Expected ${layer} of [32, 32], got [32, 48].`],
    ['another rank', changed(layer, { dims: [1024] }), `Expected ${layer} of [32, 32], got [1024].`],
    [
      'quantised weights',
      changed(layer, { dtype: 'I8' }),
      `Expected ${layer} of F32 or F16, got I8: quantised weights are not read.`,
    ],
  ])('%s', async (_, change, sentence) => {
    const { bind } = await open('vilt-match');
    await expect(bind(change)).rejects.toThrow(sentence);
  });
});
