import { expect, test } from 'vitest';
import { findAttention } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { input, model, node, output, weight } from './build';

const find = (parts: Uint8Array[]) => findAttention(readModel(model(parts))).attentions;
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
