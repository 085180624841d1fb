import { expect, test } from 'vitest';
import { listExternal } from '../../src/onnx/file/external';
import { linkModel } from '../../src/onnx/shape/link';
import { readModel } from '../../src/onnx/file/reader';
import { joinBytes, writeField } from '../../src/onnx/file/wire';
import { input, model, node, output, weight } from './build';

const link = (...parts: Uint8Array[]) => linkModel(readModel(model(parts)));

test('sorts nodes so that makers stand before readers, and keeps file order where it can', () => {
  const { order, readers } = link(
    input('x', [1]),
    node('Neg', ['b'], ['c']),
    node('Abs', ['x'], ['a']),
    node('Add', ['a', 'a'], ['b']),
    node('Erf', ['a'], ['d']),
    output('c'),
  );
  expect(order.map(({ op }) => op)).toEqual(['Abs', 'Add', 'Neg', 'Erf']);
  expect(readers.get('a')?.map(({ op }) => op)).toEqual(['Add', 'Erf']);
});

test('graphs inside of nodes are linked, and wait for what they capture', () => {
  const branch = joinBytes([node('Add', ['inner', 'outer'], ['sum']), weight('inner', [1]), output('sum')]);
  const { order, nested } = link(
    input('x', [1]),
    input('c', [], 9),
    node('If', ['c'], ['y'], { then_branch: branch, else_branch: branch }),
    node('Neg', ['x'], ['outer']),
    output('y'),
  );
  expect(order.map(({ op }) => op)).toEqual(['Neg', 'If']);
  const [inner, other] = nested.get(order[1])!;
  expect([...inner.captured]).toEqual(['outer']);
  expect(other.graph.weights.get('inner')?.dims).toEqual([1]);
});

test.each([
  [
    'a circle',
    [node('Add', ['x', 'b'], ['a']), node('Neg', ['a'], ['b'])],
    'runs in a circle through its node',
  ],
  [
    'a node that reads itself',
    [node('Add', ['x', 'a'], ['a'])],
    'runs in a circle through its node Add "Add:a".',
  ],
  [
    'no such tensor',
    [node('Add', ['x', 'gone'], ['a'])],
    'no tensor called "gone", which its node Add "Add:a" reads.',
  ],
  ['no such output', [output('gone')], 'no tensor called "gone", which is one of its outputs.'],
  [
    'two makers',
    [node('Abs', ['x'], ['a']), node('Neg', ['x'], ['a'])],
    'Two nodes of the model make the tensor "a".',
  ],
])('a graph with %s is refused in one sentence', (_, parts, sentence) => {
  expect(() => link(input('x', [1]), ...parts)).toThrow(sentence);
});

test('graphs nested without end are refused', () => {
  let branch = joinBytes([node('Neg', ['x'], ['y']), output('y')]);
  for (let i = 0; i < 40; i++)
    branch = joinBytes([node('If', ['c'], ['y'], { then_branch: branch }), output('y')]);
  expect(() => link(input('x', [1]), input('c', [], 9), branch)).toThrow(
    'The graphs of the model lie more than 32 deep inside each other.',
  );
});

test('a chain of 200,000 nodes is linked in seconds', () => {
  const chain = Array.from({ length: 200_000 }, (_, i) => node('Neg', [`t${i + 1}`], [`t${i}`]));
  const file = model([input('t200000', [1]), joinBytes(chain), output('t0')]);
  const start = performance.now();
  const { order } = linkModel(readModel(file));
  expect(order).toHaveLength(200_000);
  expect(order[0].outputs).toEqual(['t199999']);
  expect(performance.now() - start).toBeLessThan(15_000);
}, 60_000);

const pair = (key: string, value: string) => writeField(13, [writeField(1, key), writeField(2, value)]);
const outside = (...entries: Uint8Array[]) =>
  readModel(
    model([
      writeField(5, [writeField(1, 2), writeField(2, 1), writeField(8, 'w'), writeField(14, 1), ...entries]),
    ]),
  );

test('external weights are listed by file', () => {
  const made = outside(pair('location', './data/w.bin'), pair('offset', '4096'), pair('length', '8'));
  expect(listExternal(made.bytes, made)).toEqual(
    new Map([['data/w.bin', [{ weight: 'w', offset: 4096, length: 8 }]]]),
  );
});

test.each(['../w', 'a/../../w', '/etc/passwd', 'C:\\w', 'a\\b', 'https://x/w', '.', 'a\0b'])(
  'an external path that leaves the folder is refused: %j',
  (path) => {
    const made = outside(pair('location', path));
    expect(() => listExternal(made.bytes, made)).toThrow(
      /^The weight "w" points to .*, outside the folder of the model\.$/,
    );
  },
);

test('external weights without a file or with a strange offset are refused', () => {
  const nowhere = outside();
  expect(() => listExternal(nowhere.bytes, nowhere)).toThrow(
    'The weight "w" lies in another file, but in none that is named.',
  );
  const odd = outside(pair('location', 'w'), pair('offset', '-1'));
  expect(() => listExternal(odd.bytes, odd)).toThrow(
    'The weight "w" has the offset "-1": expected a number of bytes.',
  );
});
