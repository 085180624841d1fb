import { expect, test } from 'vitest';
import { readModel } from '../../src/onnx/file/reader';
import { linkModel } from '../../src/onnx/shape/link';
import { dimsOf, viewGraph } from '../../src/onnx/shape/view';
import { input, model, node, output, weight } from './build';

test('pads that an exporter turns around by a slice backwards and a transpose are followed, as before windows of a picture', () => {
  // PyTorch pads from the last axis on, [w0, w1, h0, h1, …]; ONNX wants [.., h0, w0, .., h1, w1].
  const whole = (name: string, values: number[], dims = [values.length]) => weight(name, dims, values, 7);
  const file = model([
    input('x', [1, 6, 5, 8]),
    whole('torch', [0, 0, 1, 2, 3, 4, 0, 0]),
    whole('pairs', [-1, 2]),
    whole('last', [-1]),
    whole('first', [-(2 ** 53)]),
    whole('axis', [0]),
    node('Reshape', ['torch', 'pairs'], ['rows']),
    node('Slice', ['rows', 'last', 'first', 'axis', 'last'], ['backwards']),
    node('Transpose', ['backwards'], ['turned'], { perm: [1, 0] }),
    node('Reshape', ['turned', 'last'], ['pads']),
    node('Pad', ['x', 'pads'], ['y']),
    output('y'),
  ]);
  const { bytes, ...read } = readModel(file);
  const view = viewGraph(bytes, linkModel({ bytes, ...read }), 17);
  expect(view.known.get('pads')?.numbers).toEqual([0, 3, 1, 0, 0, 4, 2, 0]);
  expect(dimsOf(view, 'y')).toEqual([1, 13, 8, 8]);
});
