import { expect, test } from 'vitest';
import { findAttention } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { joinBytes } from '../../src/onnx/file/wire';
import { input, model, node, output, weight } from './build';

const [batch, text, heads, width] = [1, 6, 2, 8];
const find = (parts: Uint8Array[], opset = 17) => findAttention(readModel(model(parts, opset))).attentions;

/** Words as queries, keys and values [batch, heads, text, width / heads]: projected, cut into heads, turned. */
function projected(): Uint8Array[] {
  const parts = [
    input('ids', [batch, text], 7),
    weight('table', [50, width]),
    node('Gather', ['table', 'ids'], ['x']),
    weight('cut', [4], [batch, text, heads, width / heads], 7),
  ];
  for (const name of ['q', 'k', 'v']) {
    parts.push(
      weight(`W${name}`, [width, width]),
      node('MatMul', ['x', `W${name}`], [`${name}1`]),
      node('Reshape', [`${name}1`, 'cut'], [`${name}2`]),
      node('Transpose', [`${name}2`], [name], { perm: [0, 2, 1, 3] }),
    );
  }
  return [...parts, node('Transpose', ['k'], ['kt'], { perm: [0, 1, 3, 2] }), weight('half', [], [0.5])];
}
const plainEnd = [node('MatMul', ['p', 'v'], ['c']), output('c')];
const softmax = (from: string) => node('Softmax', [from], ['p'], { axis: -1 });
const scored = node('MatMul', ['q', 'kt'], ['s']);
const triangle = Array.from({ length: text * text }, (_, i) => (i % text > Math.floor(i / text) ? -1e9 : 0));

const forms: [name: string, parts: Uint8Array[], wanted: object][] = [
  [
    'scale after',
    [scored, node('Mul', ['s', 'half'], ['s2']), softmax('s2')],
    { scale: 0.5, treatments: [] },
  ],
  ['scale by division', [scored, node('Div', ['s', 'half'], ['s2']), softmax('s2')], { scale: 2 }],
  [
    'scale on queries and keys',
    [
      node('Mul', ['q', 'half'], ['qs']),
      node('Mul', ['kt', 'half'], ['ks']),
      node('MatMul', ['qs', 'ks'], ['s']),
      softmax('s'),
    ],
    { scale: 0.25 },
  ],
  ['positive axis', [scored, node('Softmax', ['s'], ['p'], { axis: 3 })], { tensor: 'p', scale: 1 }],
  [
    'additive mask from an input',
    [input('mask', [batch, 1, 1, text]), scored, node('Add', ['s', 'mask'], ['s2']), softmax('s2')],
    { treatments: ['additive mask'] },
  ],
  [
    'boolean mask by Where',
    [
      input('keep', [batch, 1, 1, text], 9),
      weight('low', [], [-1e9]),
      scored,
      node('Where', ['keep', 's', 'low'], ['s2']),
      softmax('s2'),
    ],
    { treatments: ['where mask'] },
  ],
  [
    'causal triangle',
    [weight('tri', [1, 1, text, text], triangle), scored, node('Add', ['s', 'tri'], ['s2']), softmax('s2')],
    { treatments: ['causal mask'] },
  ],
  [
    'relative position bias from a table',
    [
      weight('bias', [32, heads]),
      weight(
        'at',
        [text, text],
        triangle.map(() => 0),
        7,
      ),
      node('Gather', ['bias', 'at'], ['b1']),
      node('Transpose', ['b1'], ['b'], { perm: [2, 0, 1] }),
      scored,
      node('Add', ['s', 'b'], ['s2']),
      softmax('s2'),
    ],
    { treatments: ['position bias'] },
  ],
  [
    'softcap',
    [
      scored,
      node('Div', ['s', 'half'], ['s2']),
      node('Tanh', ['s2'], ['s3']),
      node('Mul', ['s3', 'half'], ['s4']),
      softmax('s4'),
    ],
    { treatments: ['softcap'] },
  ],
  [
    'half floats with casts',
    [
      scored,
      node('Cast', ['s'], ['s2'], { to: 1 }),
      node('Softmax', ['s2'], ['p1'], { axis: -1 }),
      node('Cast', ['p1'], ['p'], { to: 10 }),
    ],
    { tensor: 'p1' },
  ],
  [
    'dropout left in',
    [scored, node('Softmax', ['s'], ['p1'], { axis: -1 }), node('Dropout', ['p1'], ['p'])],
    { tensor: 'p1' },
  ],
  [
    'the largest score subtracted, and the softmax written out',
    [
      scored,
      node('ReduceMax', ['s'], ['m'], { axes: [-1] }),
      node('Sub', ['s', 'm'], ['s2']),
      node('Exp', ['s2'], ['e']),
      node('ReduceSum', ['e'], ['z']),
      node('Div', ['e', 'z'], ['p']),
    ],
    { tensor: 'p', treatments: [] },
  ],
  [
    'einsum',
    [node('Einsum', ['q', 'k'], ['s'], { equation: 'bhqd,bhkd->bhqk' }), softmax('s')],
    { form: 'Einsum' },
  ],
  [
    'flattened to two axes, as before opset 13',
    [
      scored,
      weight('flat', [2], [-1, text], 7),
      weight('back', [4], [batch, heads, text, text], 7),
      node('Reshape', ['s', 'flat'], ['s2']),
      node('Softmax', ['s2'], ['p1'], { axis: 1 }),
      node('Reshape', ['p1', 'back'], ['p']),
    ],
    { tensor: 'p' },
  ],
];

test.each(forms)('finds attention with %s', (_, parts, wanted) => {
  const found = find([...projected(), ...parts, ...plainEnd]);
  expect(found).toHaveLength(1);
  const side = { streams: ['text'], length: text };
  expect(found[0]).toMatchObject({
    heads,
    merged: false,
    fused: false,
    queries: side,
    keys: side,
    ...wanted,
  });
});

test('heads merged into the batch axis', () => {
  const merged = ['q', 'kt', 'v'].flatMap((name) => [
    weight(`to ${name}`, [3], name === 'kt' ? [heads, width / heads, text] : [heads, text, width / heads], 7),
    node('Reshape', [name, `to ${name}`], [`${name}3`]),
  ]);
  const [found] = find([
    ...projected(),
    ...merged,
    node('MatMul', ['q3', 'kt3'], ['s']),
    softmax('s'),
    node('MatMul', ['p', 'v3'], ['c']),
    output('c'),
  ]);
  expect(found).toMatchObject({ heads, merged: true, queries: { length: text } });
});

test.each(['Split', 'Gather', 'Slice'])('queries, keys and values cut from one product by %s', (op) => {
  const parts = [
    input('ids', [batch, text], 7),
    weight('table', [50, width]),
    node('Gather', ['table', 'ids'], ['x']),
    weight('W', [width, 3 * width]),
    node('MatMul', ['x', 'W'], ['qkv']),
    weight('cut', [5], [batch, text, 3, heads, width / heads], 7),
    node('Reshape', ['qkv', 'cut'], ['y']),
    node('Transpose', ['y'], ['z'], { perm: [2, 0, 3, 1, 4] }),
    weight('0', [1], [0], 7),
    ...[0, 1, 2].flatMap((i) => [
      weight(`at${i}`, [], [i], 7),
      weight(`from${i}`, [1], [i], 7),
      weight(`to${i}`, [1], [i + 1], 7),
    ]),
    ...(op === 'Split' ? [node('Split', ['z'], ['q0', 'k0', 'v0'], { axis: 0 })] : []),
    ...['q', 'k', 'v'].flatMap((name, i) => {
      if (op === 'Gather') return [node('Gather', ['z', `at${i}`], [name], { axis: 0 })];
      const cut = op === 'Slice' ? [node('Slice', ['z', `from${i}`, `to${i}`, '0'], [`${name}0`])] : [];
      return [...cut, node('Squeeze', [`${name}0`, '0'], [name])];
    }),
    node('Transpose', ['k'], ['kt'], { perm: [0, 1, 3, 2] }),
  ];
  expect(find([...parts, scored, softmax('s'), ...plainEnd])).toMatchObject([
    { heads, queries: { streams: ['text'], length: text } },
  ]);
});

test('two softmaxes on one score matrix are two attentions, the second with queries and keys changed over', () => {
  const found = find([
    input('ids', [1, 5], 7),
    input('image', [1, 3, 4, 4]),
    weight('table', [50, 8]),
    node('Gather', ['table', 'ids'], ['t']),
    weight('conv', [8, 3, 2, 2]),
    node('Conv', ['image', 'conv'], ['i1'], { strides: [2, 2] }),
    weight('flat', [3], [1, 8, 4], 7),
    node('Reshape', ['i1', 'flat'], ['it']),
    node('Transpose', ['it'], ['i'], { perm: [0, 2, 1] }),
    node('MatMul', ['t', 'it'], ['s']),
    softmax('s'),
    node('MatMul', ['p', 'i'], ['c1']),
    output('c1'),
    node('Transpose', ['s'], ['st'], { perm: [0, 2, 1] }),
    node('Softmax', ['st'], ['p2'], { axis: 2 }),
    node('MatMul', ['p2', 't'], ['c2']),
    output('c2'),
  ]);
  const sides = found.map(({ queries, keys }) => [
    queries.streams,
    queries.length,
    keys.streams,
    keys.length,
  ]);
  expect(sides).toEqual([
    [['text'], 5, ['image'], 4],
    [['image'], 4, ['text'], 5],
  ]);
});

const square = (of: (row: number, column: number) => number) =>
  Array.from({ length: text * text }, (_, i) => of(Math.floor(i / text), i % text));
const added = (numbers: readonly number[]) => [
  ...projected(),
  scored,
  weight('term', [1, 1, text, text], numbers),
  node('Add', ['s', 'term'], ['s2']),
  softmax('s2'),
  ...plainEnd,
];

test.each<[name: string, numbers: readonly number[], wanted: string[]]>([
  ['a mask folded to zeros is a mask', square(() => 0), ['additive mask']],
  ['one that closes places is a mask', square((row) => (row === 2 ? -1e9 : 0)), ['additive mask']],
  ['numbers that differ are a bias', square((row, column) => row - column), ['position bias']],
  [
    'a bias above a triangle is both',
    square((row, column) => (column > row ? -1e9 : row - column)),
    ['position bias', 'causal mask'],
  ],
])('%s', (_, numbers, wanted) => {
  expect(find(added(numbers))[0].treatments).toEqual(wanted);
});

test('a scale of which half stands behind repeated keys is counted whole', () => {
  const parts = [
    ...projected(),
    weight('root', [], [Math.sqrt(0.354)]),
    weight('again', [4], [batch, heads, width / heads, text], 7),
    node('Mul', ['q', 'root'], ['qs']),
    node('Mul', ['kt', 'root'], ['ks']),
    node('Expand', ['ks', 'again'], ['kx']),
    node('MatMul', ['qs', 'kx'], ['s']),
    softmax('s'),
    ...plainEnd,
  ];
  expect(find(parts)[0].scale).toBeCloseTo(0.354, 5);
});

test('attention in a branch is found and said to lie there', () => {
  const branch = joinBytes([scored, softmax('s'), node('MatMul', ['p', 'v'], ['c']), output('c')]);
  const found = find([
    ...projected(),
    input('way', [], 9),
    node('If', ['way'], ['y'], { then_branch: branch, else_branch: branch }),
    output('y'),
  ]);
  expect(found).toHaveLength(2);
  expect(found[0]).toMatchObject({ inside: 'If "If:y"', heads, queries: { streams: ['text'] } });
});
