import { describe, expect, test } from 'vitest';
import { readMasks } from '../../src/architectures/masks';
import type { Tensor } from '../../src/tensor/tensor';
import type { Attention, AttentionMask } from '../../src/trace/trace';

const attention = (graph: string, name: string, keys: number): Attention => ({
  graph,
  name,
  layer: 0,
  depth: 0,
  stage: 'fusion',
  queries: [0, 3],
  keys: [0, keys],
  visible: 'all',
  heads: 2,
  weights: null,
});
/** Of two graphs; queries are 3 positions, keys 3 or 4. */
const attentions = [
  attention('text', 'text 1', 3),
  attention('vision', 'image 1', 4),
  attention('vision', 'image 2', 4),
];
const full = (dims: number[], ...values: number[]): Tensor => ({ dims, data: Float32Array.from(values) });
const off = full([2, 1, 1], 0, 1);

test('nothing asked for is nothing to do', () => {
  expect(readMasks(undefined, attentions, 'text')).toEqual([]);
  expect(readMasks([{ attention: 0 }], attentions, 'text')).toEqual([]);
});

test('each graph gets the changes to its own attentions, counted from its first', () => {
  const masks: AttentionMask[] = [
    { attention: 2, factor: off },
    { attention: 0, term: full([1, 1, 3], 0, -1e4, 0) },
  ];
  expect(readMasks(masks, attentions, 'text')).toEqual([{ entry: 0, factor: null, term: masks[1].term }]);
  expect(readMasks(masks, attentions, 'vision')).toEqual([{ entry: 1, factor: off, term: null }]);
});

test('several changes to one attention act together', () => {
  const keys = full([1, 1, 4], 1, 2, 3, 4);
  const masks: AttentionMask[] = [
    { attention: 1, factor: off, term: full([1, 3, 1], 10, 20, 30) },
    { attention: 1, factor: keys, term: keys },
  ];
  const [{ factor, term }, ...others] = readMasks(masks, attentions, 'vision');
  expect(others).toEqual([]);
  expect(factor).toEqual(full([2, 1, 4], 0, 0, 0, 0, 1, 2, 3, 4));
  expect(term).toEqual(full([1, 3, 4], 11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34));
});

describe('what cannot be done is said in a sentence', () => {
  const refused: [what: string, mask: AttentionMask, sentence: string][] = [
    [
      'no such attention',
      { attention: 3, factor: off },
      'expected an attention from 0 to 2 to change, got 3',
    ],
    [
      'half an attention',
      { attention: 0.5, factor: off },
      'expected an attention from 0 to 2 to change, got 0.5',
    ],
    [
      'two axes',
      { attention: 0, factor: full([3, 3], ...Array<number>(9).fill(1)) },
      'expected a factor for attention "text 1" of shape [2, 3, 3], or with 1 for any of these, got [3, 3]',
    ],
    [
      'keys of another attention',
      { attention: 1, term: full([1, 1, 3], 0, 0, 0) },
      'expected a term for attention "image 1" of shape [2, 3, 4], or with 1 for any of these, got [1, 1, 3]',
    ],
    [
      'fewer numbers than the shape says',
      { attention: 0, factor: full([2, 1, 1], 1) },
      'expected 2 numbers in the factor for attention "text 1" of shape [2, 1, 1], got 1',
    ],
    [
      'not a number',
      { attention: 0, factor: full([2, 1, 1], 1, NaN) },
      'expected finite numbers in the factor for attention "text 1", got NaN',
    ],
    [
      'infinity',
      { attention: 2, term: full([1, 1, 1], -Infinity) },
      'expected finite numbers in the term for attention "image 2" (-10000 hides a key), got -Infinity',
    ],
  ];
  test.each(refused)('%s', (_, mask, sentence) => {
    for (const graph of ['text', 'vision'])
      expect(() => readMasks([mask], attentions, graph)).toThrow(sentence);
  });
});
