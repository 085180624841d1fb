import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findAttention } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { recognise } from '../../src/onnx/find/recognise';
import { joinBytes } from '../../src/onnx/file/wire';
import { input, model, node, output, weight } from './build';
import { tiny } from './tiny';

test('200,000 nodes, every fourth a softmax, are searched in seconds', () => {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < 50_000; i++)
    parts.push(
      node('MatMul', [`x${i}`, `x${i}`], [`s${i}`]),
      node('Softmax', [`s${i}`], [`p${i}`]),
      node('MatMul', [`p${i}`, `x${i}`], [`c${i}`]),
      node('Add', [`c${i}`, `x${i}`], [`x${i + 1}`]),
    );
  const file = model([input('x0', [1, 8, 8]), joinBytes(parts), output('x50000')]);
  const start = performance.now();
  expect(findAttention(readModel(file)).attentions).toHaveLength(50_000);
  expect(performance.now() - start).toBeLessThan(40_000);
}, 120_000);

/** Milliseconds in which a tiny file must have been judged, on a busy machine. */
const patience = 5000;

/** Searches a file: it finds attention or says one sentence, and soon. */
function judge(file: Uint8Array): void {
  const start = performance.now();
  try {
    recognise(findAttention(readModel(file)));
  } catch (error) {
    expect((error as Error).constructor).toBe(Error);
    expect((error as Error).message).toMatch(/^(The|Two) .*\.$/s);
  }
  expect(performance.now() - start).toBeLessThan(patience);
}

test('whatever the bytes, it finds or says one sentence', () => {
  const damage = fc.record({
    at: fc.nat(tiny.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    cut: fc.oneof(fc.constant(tiny.length), fc.nat(tiny.length)),
  });
  fc.assert(
    fc.property(damage, ({ at, bytes, cut }) => {
      const broken = tiny.slice();
      broken.set(bytes.subarray(0, tiny.length - at), at);
      judge(broken.subarray(0, cut));
    }),
    { numRuns: 300 },
  );
});

test('whatever the graph, it finds or says one sentence', () => {
  const ops = (
    'MatMul Gemm Einsum Softmax Add Sub Mul Div Where Transpose Reshape Flatten Squeeze Unsqueeze Concat Split Slice Gather Shape Expand ' +
    'Range Tile Pad Resize Conv MaxPool ReduceMean ReduceProd ArgMax OneHot ConstantOfShape TopK Cast Trilu Tanh Exp ReduceSum Magic'
  ).split(' ');
  const number = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(2 ** 31, -(2 ** 31), 2 ** 53, 4096),
  );
  const attribute = fc.oneof(
    number,
    fc.array(number, { maxLength: 5 }),
    fc.constantFrom('bqd,bkd->bqk', 'ij', '', '->'),
  );
  const step = fc.record({
    op: fc.constantFrom(...ops),
    from: fc.array(fc.nat(20), { maxLength: 4 }),
    attributes: fc.dictionary(
      fc.constantFrom(
        'axis',
        'axes',
        'perm',
        'to',
        'keepdims',
        'strides',
        'kernel_shape',
        'pads',
        'equation',
        'shape',
        'split',
      ),
      attribute,
      { maxKeys: 3 },
    ),
    outputs: fc.integer({ min: 1, max: 3 }),
  });
  const dims = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom('batch', '')), {
    maxLength: 5,
  });
  const numbers = fc.array(number, { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 25 }),
      dims,
      dims,
      numbers,
      fc.constantFrom(1, 11, 13, 23),
      (steps, x, ids, list, opset) => {
        const tensors = ['x', 'ids', 'list', 'table', ''];
        const nodes = steps.map(({ op, from, attributes, outputs }, i) => {
          const inputs = from.map((at) => tensors[at % tensors.length]);
          const made = Array.from({ length: outputs }, (_, k) => `t${i}.${k}`);
          tensors.push(...made);
          return node(op, inputs, made, attributes);
        });
        const weights = [weight('list', [list.length], list, 7), weight('table', [9, 4])];
        judge(
          model([input('x', x), input('ids', ids, 7), ...weights, ...nodes, output(tensors.at(-1)!)], opset),
        );
      },
    ),
    { numRuns: 500 },
  );
}, 120_000);
