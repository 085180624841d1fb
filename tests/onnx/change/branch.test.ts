import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { inspectModel } from '../../../src/architectures/found/inspection';
import { takeBranches } from '../../../src/onnx/change/branch';
import { joinBytes, writeField } from '../../../src/onnx/file/wire';
import { readModel } from '../../../src/onnx/file/reader';
import { input, model, node, output, weight } from '../build';

const [rows, width] = [3, 2];

/** The runtime wants a name of every graph. */
const named = writeField(2, 'branch');
/** Attention of x to itself, as the body of a branch, with a weight of its own. */
const attends = joinBytes([
  named,
  weight('half', [], [0.5]),
  node('Transpose', ['x'], ['turned'], { perm: [0, 1, 3, 2] }),
  node('MatMul', ['x', 'turned'], ['scores']),
  node('Mul', ['scores', 'half'], ['scaled']),
  node('Softmax', ['scaled'], ['p'], { axis: -1 }),
  node('MatMul', ['p', 'x'], ['made']),
  output('made'),
]);
const passes = joinBytes([named, node('Identity', ['x'], ['same']), output('same')]);
/** A number that is stored in it: its output is no node's, as those that optimum adds where the branches have not as many. */
const holds = joinBytes([named, weight('made', [1, 1, rows, width], [1, 2, 3, 4, 5, 6]), output('made')]);

const around = (...parts: Uint8Array[]) =>
  model([named, input('x', [1, 1, rows, width]), ...parts, output('y')]);
const choice = (otherwise: Uint8Array, made = 'y') =>
  node('If', ['use_cache_branch'], [made], { then_branch: passes, else_branch: otherwise });
const off = input('use_cache_branch', [1], 9);

const x = new ort.Tensor('float32', [0.3, -1, 2, 0.5, 0, 1], [1, 1, rows, width]);

async function run(file: Uint8Array): Promise<number[]> {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const answers = await session.run({ x, use_cache_branch: new ort.Tensor('bool', [0], [1]) });
  await session.release();
  return Array.from(answers.y.data as Float32Array);
}

test.each([
  ['a branch of nodes and a weight', around(off, choice(attends))],
  ['a branch of nothing but a stored tensor', around(off, choice(holds))],
  [
    'two branches that call what they make alike',
    around(off, choice(attends, 'one'), choice(attends, 'other'), node('Add', ['one', 'other'], ['y'])),
  ],
])('%s: written out, the file answers as before', async (_, file) => {
  const written = takeBranches(file);
  expect(readModel(written).nodes.map(({ op }) => op)).not.toContain('If');
  expect(await run(written)).toEqual(await run(file));
});

test('its attention lies in the graph then, and can be shown', () => {
  const { attentions, remarks } = inspectModel('model.onnx', around(off, choice(attends)), {});
  expect(attentions.map(({ inside, lengths }) => [inside, lengths])).toEqual([[null, [rows, rows]]]);
  expect(remarks.join()).not.toContain('branch');
});

test('a switch that is computed stays: which branch is taken is not ours to say', () => {
  const computed = around(
    weight('none', [1], [0]),
    node('ReduceSum', ['x'], ['sum'], { keepdims: 0 }),
    node('Greater', ['sum', 'none'], ['use_cache_branch']),
    choice(attends),
  );
  expect(takeBranches(computed)).toBe(computed);
  const { attentions, remarks } = inspectModel('model.onnx', computed, {});
  expect(attentions.map(({ inside }) => inside)).toEqual(['If "If:y"']);
  expect(remarks).toContain('1 attention lies inside of a branch or loop, where it cannot be shown');
});

test('attention in a Loop is named with it, and not shown', () => {
  const body = joinBytes([
    input('turn', [], 7),
    input('on', [], 9),
    input('state', [1, 1, rows, width]),
    node('Identity', ['on'], ['further']),
    node('Transpose', ['state'], ['turned'], { perm: [0, 1, 3, 2] }),
    node('MatMul', ['state', 'turned'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'state'], ['next']),
    output('further'),
    output('next'),
  ]);
  const file = around(weight('times', [], [2], 7), node('Loop', ['times', '', 'x'], ['y'], { body }));
  const { attentions, draft, remarks } = inspectModel('model.onnx', file, {});
  expect(attentions.map(({ inside }) => inside)).toEqual(['Loop "Loop:y"']);
  expect(draft['graphs.model.attentions'].value).toEqual([]);
  expect(remarks).toContain('1 attention lies inside of a branch or loop, where it cannot be shown');
});
