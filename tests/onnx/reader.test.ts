import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAttributes } from '../../src/onnx/file/attributes';
import { readModel } from '../../src/onnx/file/reader';
import { joinBytes, toBytes, WireError, writeField } from '../../src/onnx/file/wire';
import { outline, tiny } from './tiny';

test('reads what the onnx package reads', () => {
  const model = readModel(tiny);
  expect(model.producer).toBe(outline.producer);
  expect(Object.fromEntries(model.opsets)).toEqual(outline.opsets);
  expect(model.inputs).toEqual(outline.inputs);
  expect(model.outputs).toEqual(outline.outputs);
  const weights = [...model.weights.values()];
  expect(weights.map(({ name, dtype, dims }) => ({ name, dtype, dims }))).toEqual(outline.weights);
  const nodes = model.nodes.map((node) => {
    const { op, name, inputs, outputs } = node;
    const isNumeric = ([, value]: [string, unknown]) => typeof value === 'number' || Array.isArray(value);
    return {
      op,
      name,
      inputs,
      outputs,
      numbers: Object.fromEntries([...readAttributes(tiny, node)].filter(isNumeric)),
    };
  });
  expect(nodes).toEqual(outline.nodes);
});

test('finds where weights lie: their numbers are the last bytes of each', () => {
  const { weights } = readModel(tiny);
  const bias = weights.get('match.bias')!;
  expect(bias.external).toBe(false);
  expect(bias.end - bias.start).toBeGreaterThanOrEqual(4);
  expect(tiny.subarray(bias.start, bias.end).indexOf('m'.charCodeAt(0))).toBeGreaterThan(0);
});

test('merges a graph that is written in several parts', () => {
  const node = writeField(1, [
    writeField(1, 'match_logit'),
    writeField(2, 'twice'),
    writeField(4, 'Identity'),
  ]);
  const model = readModel(joinBytes([tiny, writeField(7, [node])]));
  expect(model.nodes).toHaveLength(outline.nodes.length + 1);
  expect(model.nodes.at(-1)).toMatchObject({ op: 'Identity', inputs: ['match_logit'], outputs: ['twice'] });
});

test('reads negative and large integers', () => {
  const attribute = (value: number) => writeField(5, [writeField(1, 'axis'), writeField(3, value)]);
  for (const value of [-1, 0, 127, 128, 2 ** 31, 2 ** 53, -(2 ** 40)]) {
    const bytes = joinBytes([
      writeField(1, 8),
      writeField(7, [writeField(1, [writeField(4, 'Op'), attribute(value)])]),
    ]);
    expect(readAttributes(bytes, readModel(bytes).nodes[0]).get('axis')).toBe(value);
  }
});

const graph = (...fields: Uint8Array[]) => joinBytes([writeField(1, 8), writeField(7, fields)]);

test.each([
  ['empty', new Uint8Array(0), 'The model file is empty (0 bytes).'],
  [
    'text',
    toBytes('hello, this is a note\n'),
    'The file is text, not an ONNX model: it begins with "hello, this is a note\\n".',
  ],
  [
    'a web page',
    toBytes('<!doctype html><html>'),
    'The file is text, not an ONNX model: it begins with "<!doctype html><html>".',
  ],
  [
    'a Git LFS pointer',
    toBytes('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
    'The file is a Git LFS pointer, not the model itself: fetch it with "git lfs pull".',
  ],
  [
    'truncated',
    tiny.subarray(0, 9000),
    /^The model file ends early: the field at byte \d+ needs \d+ bytes, but only \d+ are left\. Download it again\.$/,
  ],
  [
    'an image',
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
    /^The file is not an ONNX model: /,
  ],
  ['a zip', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), /^The file is not an ONNX model: /],
  ['without a graph', writeField(1, 8), 'The file is not an ONNX model: it holds no graph.'],
  [
    'with a number for a graph',
    joinBytes([writeField(1, 8), writeField(7, 3)]),
    /^The file is not an ONNX model: field 7 at byte \d+ holds no message\.$/,
  ],
  [
    'with a name that is not UTF-8',
    graph(writeField(1, [writeField(4, Uint8Array.of(0xff, 0xfe))])),
    /^The file is not an ONNX model: the name at byte \d+ is not UTF-8\.$/,
  ],
  [
    'with a length past the end',
    graph(writeField(1, Uint8Array.of(0x0a, 0x7f, 0x41))),
    /^The model file ends early: .* needs 127 bytes, but only 1 are left/,
  ],
  [
    'with a negative length',
    joinBytes([writeField(1, 8), Uint8Array.of(0x3a, ...Array<number>(9).fill(255), 1)]),
    /has the length -1\.$/,
  ],
])('refuses a file %s in one sentence', (_, bytes, sentence) => {
  expect(() => readModel(bytes)).toThrow(sentence);
});

function outcome<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    return error as Error;
  }
}

test('whatever the bytes, it reads or says one sentence', () => {
  const damage = fc.record({
    at: fc.nat(tiny.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    cut: fc.nat(tiny.length),
  });
  fc.assert(
    fc.property(damage, ({ at, bytes, cut }) => {
      const broken = tiny.slice();
      broken.set(bytes.subarray(0, tiny.length - at), at);
      for (const file of [broken, broken.subarray(0, cut)]) {
        const model = outcome(() => readModel(file));
        if (model instanceof Error) {
          expect(model.constructor).toBe(Error);
          expect(model.message).toMatch(/^The (model )?file .*[.]$/);
          continue;
        }
        for (const node of model.nodes) {
          const attributes = outcome(() => readAttributes(file, node));
          if (attributes instanceof Error) expect(attributes).toBeInstanceOf(WireError);
        }
      }
    }),
    { numRuns: 200 },
  );
});
