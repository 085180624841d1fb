import { expect, test } from 'vitest';
import { findAttention } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { input, model, node, output, weight } from './build';

const find = (parts: Uint8Array[], opset = 17) => findAttention(readModel(model(parts, opset))).attentions;
const softmax = (from: string) => node('Softmax', [from], ['p'], { axis: -1 });

test('classifiers, gates and pooling by weights are no attention', () => {
  const x = [
    input('ids', [1, 5], 7),
    weight('table', [50, 8]),
    node('Gather', ['table', 'ids'], ['x']),
    weight('W', [8, 8]),
  ];
  expect(find([...x, node('MatMul', ['x', 'W'], ['s']), softmax('s'), output('p')])).toEqual([]);
  expect(
    find([
      ...x,
      node('MatMul', ['x', 'W'], ['s']),
      softmax('s'),
      node('MatMul', ['p', 'W'], ['y']),
      output('y'),
    ]),
  ).toEqual([]);
});

test('attention in one piece is named, and says its heads', () => {
  const x = [input('ids', [1, 5], 7), weight('table', [50, 8]), node('Gather', ['table', 'ids'], ['x'])];
  expect(
    find([
      ...x,
      node('MultiHeadAttention', ['x', 'x', 'x'], ['y'], { num_heads: 4 }, 'com.microsoft'),
      output('y'),
    ]),
  ).toMatchObject([
    {
      form: 'MultiHeadAttention',
      fused: true,
      heads: 4,
      tensor: null,
      queries: { streams: ['text'], length: 5 },
    },
  ]);
  expect(
    find(
      [...x, node('Attention', ['x', 'x', 'x'], ['y'], { q_num_heads: 2, kv_num_heads: 2 }), output('y')],
      23,
    ),
  ).toMatchObject([{ form: 'Attention', fused: true, heads: 2 }]);
});
