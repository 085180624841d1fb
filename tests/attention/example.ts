import type { Attention, Slice, Token } from '../../src/trace/trace';

/** [CLS] red dog ##s [SEP], then 2 × 2 patches of a picture whose left half the model sees. */
export const tokens: Token[] = [
  { stream: 'text', role: 'cls', text: '[CLS]' },
  { stream: 'text', role: 'word', text: 'red', word: 0, span: [0, 3] },
  { stream: 'text', role: 'word', text: 'dog', word: 1, span: [4, 7] },
  { stream: 'text', role: 'word', text: '##s', word: 1, span: [7, 8] },
  { stream: 'text', role: 'sep', text: '[SEP]' },
  { stream: 'image', role: 'patch', image: 0, box: [0, 0, 0.25, 0.5] },
  { stream: 'image', role: 'patch', image: 0, box: [0.25, 0, 0.25, 0.5] },
  { stream: 'image', role: 'patch', image: 0, box: [0, 0.5, 0.25, 0.5] },
  { stream: 'image', role: 'patch', image: 0, box: [0.25, 0.5, 0.25, 0.5] },
];

/** An attention of heads × queries × keys, written out. */
export function attentionOf(queries: Slice, keys: Slice, weights: number[][][]): Attention {
  const data = Float32Array.from(weights.flat(2));
  const dims = [weights.length, queries[1] - queries[0], keys[1] - keys[0]];
  if (data.length !== dims[0] * dims[1] * dims[2]) throw new Error('expected weights of the given shape');
  return {
    graph: 'model',
    layer: 0,
    depth: 0,
    stage: 'fusion',
    name: 'joint 1',
    queries,
    keys,
    visible: 'all',
    heads: weights.length,
    weights: { dims, data },
  };
}

const even = Array.from({ length: 9 }, () => 1 / 9);

/** Two heads over the joint sequence: head 0 as told in the tests, head 1 even. */
export const joint = attentionOf(
  [0, 9],
  [0, 9],
  [
    [
      [1, 0, 0, 0, 0, 0, 0, 0, 0],
      //CLS  red  dog  ##s  SEP  patches
      [0.2, 0.1, 0.1, 0.0, 0.2, 0.4, 0.0, 0.0, 0.0],
      [0.1, 0.3, 0.0, 0.0, 0.2, 0.0, 0.4, 0.0, 0.0],
      [0.3, 0.1, 0.2, 0.0, 0.0, 0.0, 0.2, 0.0, 0.2],
      [0, 0, 0, 0, 1, 0, 0, 0, 0],
      [0, 0.5, 0, 0, 0, 0.5, 0, 0, 0],
      [0, 0.5, 0, 0, 0, 0, 0, 0.5, 0],
      [0, 0.5, 0.25, 0.25, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0.5, 0.5, 0, 0, 0],
    ],
    Array.from({ length: 9 }, () => even),
  ],
);

/** Text queries → image keys, one head: red looks at the first patch, dog at the second, ##s at all alike. */
export const across = attentionOf(
  [0, 5],
  [5, 9],
  [
    [
      [0.25, 0.25, 0.25, 0.25],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0.25, 0.25, 0.25, 0.25],
      [0.25, 0.25, 0.25, 0.25],
    ],
  ],
);
