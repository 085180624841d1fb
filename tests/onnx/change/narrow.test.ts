import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../../src/onnx/change/draft';
import { narrowDoubles } from '../../../src/onnx/change/narrow';
import { applyPatch } from '../../../src/onnx/change/patch';
import { readModel } from '../../../src/onnx/file/reader';
import { writeField } from '../../../src/onnx/file/wire';
import { input, model, node, output, weight } from '../build';

const [FLOAT, DOUBLE] = [1, 11];

/** A TensorProto of 64-bit floats, without its field's head. */
const doubles = (dims: readonly number[], values: readonly number[], name = '') => [
  ...dims.map((dim) => writeField(1, dim)),
  writeField(2, DOUBLE),
  ...(name ? [writeField(8, name)] : []),
  writeField(9, new Uint8Array(Float64Array.from(values).buffer)),
];

const constant = (name: string, value: Uint8Array[]) =>
  writeField(1, [
    writeField(2, name),
    writeField(4, 'Constant'),
    writeField(5, [writeField(1, 'value'), writeField(5, value), writeField(20, 4)]),
  ]);

/** A clamp as exporters write it, and a stored row of doubles: y = clip(x, 0.1, 6) + row. */
const file = model([
  input('x', [3]),
  constant('low', doubles([], [0.1])),
  constant('high', doubles([], [6])),
  writeField(5, doubles([3], [1 / 3, -1e300, 2 ** -140], 'row')),
  weight('one', [1], [1]),
  node('Cast', ['low'], ['low32'], { to: FLOAT }),
  node('Cast', ['high'], ['high32'], { to: FLOAT }),
  node('Cast', ['high'], ['again'], { to: FLOAT }),
  node('Cast', ['row'], ['row32'], { to: FLOAT }),
  node('Clip', ['x', 'low32', 'high32'], ['clipped']),
  node('Mul', ['clipped', 'one'], ['same']),
  node('Min', ['same', 'again'], ['least']),
  node('Add', ['least', 'row32'], ['y']),
  output('y'),
]);

async function run(bytes: Uint8Array) {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const { y } = await session.run({ x: new ort.Tensor('float32', [-1, 2.5, 9], [3]) });
  await session.release();
  return Array.from(y.data as Float32Array);
}

test('stored doubles behind a Cast become what the Cast makes of them, and no Cast is left', async () => {
  const draft = startDraft(readModel(file));
  expect(narrowDoubles(draft)).toBe(4);
  const narrowed = applyPatch(file, finishDraft(draft));
  expect(readModel(narrowed).nodes.map(({ op }) => op)).not.toContain('Cast');
  const answer = await run(narrowed);
  expect(answer).toEqual(await run(file));
  expect(answer).toEqual([Math.fround(Math.fround(0.1) + Math.fround(1 / 3)), -Infinity, 6]);
});

test('doubles that are an input, are made by a node, or stay doubles are left alone', () => {
  const other = model([
    input('x', [3], DOUBLE),
    writeField(5, doubles([3], [1, 2, 3], 'x')),
    node('Cast', ['x'], ['x32'], { to: FLOAT }),
    constant('low', doubles([], [0.1])),
    node('Cast', ['low'], ['half'], { to: 10 }),
    node('Neg', ['low'], ['negative']),
    node('Cast', ['negative'], ['negative32'], { to: FLOAT }),
    output('x32'),
  ]);
  const draft = startDraft(readModel(other));
  expect(narrowDoubles(draft)).toBe(0);
  expect(draft.edits).toEqual([]);
  expect(draft.fields).toEqual([]);
});
