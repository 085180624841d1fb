import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { unfuse } from '../../../src/onnx/change/unfuse';
import { readModel } from '../../../src/onnx/file/reader';
import { findAttention } from '../../../src/onnx/find/find';
import { difference } from '../../support/difference';
import { input, model, node, output } from '../build';
import { readKind } from '../kinds';

const [text, heads, width] = [5, 4, 32];
const part = width / heads;

/** Numbers between -1 and 1, always the same. */
function numbers(count: number, seed: number): number[] {
  let state = seed * 2654435761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

interface Given {
  dims: number[];
  data?: number[];
  type?: 'float32' | 'int32' | 'int64' | 'bool';
}

const dtypes = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** One node that reads graph inputs, run as it is and written out; the largest difference, and what was found in the second file. */
async function compare(
  op: string,
  domain: string,
  given: (Given | null)[],
  attributes: Parameters<typeof node>[3],
  opset = 17,
  outputs = ['y'],
) {
  const names = given.map((one, i) => (one ? `in${i}` : ''));
  const while_ = given.flatMap((one, i) =>
    one ? [input(names[i], one.dims, dtypes[one.type ?? 'float32'])] : [],
  );
  const file = model(
    [
      ...while_,
      node(op, names, outputs, attributes, domain),
      ...outputs.filter(Boolean).map((name) => output(name)),
    ],
    opset,
  );
  const { bytes, written, refused } = unfuse(file);
  const feeds = Object.fromEntries(
    given.flatMap((one, i) => {
      if (!one) return [];
      const count = one.dims.reduce((a, b) => a * b, 1);
      const data = one.data ?? numbers(count, i + 1);
      const typed =
        one.type === 'int64'
          ? BigInt64Array.from(data, BigInt)
          : one.type === 'int32'
            ? Int32Array.from(data)
            : one.type === 'bool'
              ? Uint8Array.from(data)
              : Float32Array.from(data);
      return [[names[i], new ort.Tensor(one.type ?? 'float32', typed as Float32Array, one.dims)]];
    }),
  );
  const run = async (of: Uint8Array) => {
    const session = await ort.InferenceSession.create(of, { logSeverityLevel: 3 });
    const answers = await session.run(feeds);
    await session.release();
    return answers;
  };
  const [before, after] = [await run(file), await run(bytes)];
  const far = outputs.filter(Boolean).map((name) => {
    const [a, b] = [before, after].map((answers) => answers[name].data as Float32Array);
    expect(after[name].dims).toEqual(before[name].dims);
    return difference(a, b) / a.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
  });
  return {
    far: Math.max(...far),
    written: [...written.values()],
    refused,
    found: findAttention(readModel(bytes)).attentions,
  };
}

const rows: Given = { dims: [1, text, width] };
const ms = 'com.microsoft';
const mask2: Given = { dims: [1, text], data: [1, 1, 1, 1, 0], type: 'int32' };
const seen = { dims: [1, 1, text, text] };
const pasts: Given[] = [{ dims: [1, heads, 3, part] }, { dims: [1, heads, 3, part] }];

const multi: [
  name: string,
  given: (Given | null)[],
  attributes: Parameters<typeof node>[3],
  outputs?: string[],
][] = [
  ['plain', [rows, rows, rows], {}],
  ['bias', [rows, rows, rows, { dims: [3 * width] }], {}],
  ['scale', [rows, rows, rows], { scale: { float: 0.2 } }],
  ['padding', [rows, rows, rows, null, mask2], {}],
  ['padding by length', [rows, rows, rows, null, { dims: [1], data: [3], type: 'int32' }], {}],
  ['attention bias', [rows, rows, rows, null, null, seen], {}],
  ['causal', [rows, rows, rows], { unidirectional: 1 }],
  ['cross', [rows, { dims: [1, 7, width] }, { dims: [1, 7, width] }], {}],
  ['earlier steps', [rows, rows, rows, null, null, null, ...pasts], {}, ['y', 'k', 'v']],
];

describe('MultiHeadAttention', () => {
  test.each(multi)('%s', async (_, given, attributes, outputs) => {
    const { far, written, found } = await compare(
      'MultiHeadAttention',
      ms,
      given,
      { num_heads: heads, ...attributes },
      17,
      outputs,
    );
    expect(written).toEqual(['MultiHeadAttention']);
    expect(far).toBeLessThan(1e-5);
    expect(found).toMatchObject([{ fused: false, heads }]);
  });
});

const weights: Given = { dims: [width, 3 * width] };
const moved: Given = { dims: [3 * width] };

describe('Attention of com.microsoft', () => {
  test.each([
    ['plain', [rows, weights, moved], {}],
    ['raw mask', [rows, weights, moved, mask2], {}],
    ['lengths', [rows, weights, moved, { dims: [1], data: [4], type: 'int32' }], {}],
    ['causal', [rows, weights, moved], { unidirectional: 1 }],
    ['attention bias', [rows, weights, moved, null, null, seen], {}],
    ['scale', [rows, weights, moved], { scale: { float: 0.1 } }],
    [
      'earlier steps',
      [rows, weights, moved, null, { dims: [2, 1, heads, 3, part] }],
      { unidirectional: 1 },
      ['y', 'now'],
    ],
    ['its own widths', [rows, { dims: [width, 80] }, { dims: [80] }], { qkv_hidden_sizes: [32, 32, 16] }],
  ] as typeof multi)('%s', async (_, given, attributes, outputs) => {
    const { far, written, found } = await compare(
      'Attention',
      ms,
      given,
      { num_heads: heads, ...attributes },
      17,
      outputs,
    );
    expect(written).toEqual(['Attention']);
    expect(far).toBeLessThan(1e-5);
    expect(found).toMatchObject([{ fused: false, heads }]);
  });
});

const narrow: Given = { dims: [1, text, 2 * part] };
const lengths: Given[] = [
  { dims: [1], data: [text - 1], type: 'int32' },
  { dims: [1], data: [text], type: 'int32' },
];
const later: Given[] = [
  { dims: [1], data: [text + 2], type: 'int32' },
  { dims: [1], data: [text + 3], type: 'int32' },
];
const turns: Given[] = [{ dims: [16, part] }, { dims: [16, part] }];
const cache: Given[] = [{ dims: [1, 2, 3, 2 * part] }, { dims: [1, 2, 3, 2 * part] }];
const none = [null, null];
/** The runtime turns positions of heads that are a multiple of 16 wide. */
const [wide, half] = [rows, narrow].map(({ dims }): Given => ({ dims: dims.with(2, 2 * dims[2]) }));

describe('GroupQueryAttention', () => {
  test.each([
    ['plain', [rows, narrow, narrow, ...none, ...lengths], {}],
    ['rotary', [wide, half, half, ...none, ...lengths, ...turns], { do_rotary: 1 }],
    ['softcap', [rows, narrow, narrow, ...none, ...lengths], { softcap: { float: 0.7 } }],
    ['window', [rows, narrow, narrow, ...none, ...lengths], { local_window_size: 2 }],
    ['in one tensor', [{ dims: [1, text, width + 4 * part] }, ...none, ...none, ...lengths], {}],
    ['scale', [rows, narrow, narrow, ...none, ...lengths], { scale: { float: 0.5 } }],
    ['earlier steps', [wide, half, half, ...cache, ...later, ...turns], { do_rotary: 1 }],
  ] as typeof multi)('%s', async (_, given, attributes) => {
    const all = { num_heads: heads, kv_num_heads: 2, ...attributes };
    const { far, written, found } = await compare('GroupQueryAttention', ms, given, all, 17, ['y', 'k', 'v']);
    expect(written).toEqual(['GroupQueryAttention']);
    expect(far).toBeLessThan(1e-5);
    expect(found).toMatchObject([{ fused: false, heads }]);
  });
});

const four = (count: number, long = text): Given => ({ dims: [1, count, long, part] });
const three = { q_num_heads: heads, kv_num_heads: heads };
const bools: Given = {
  dims: [text, text],
  data: numbers(text * text, 9).map((x, i) => Number(x > 0 || i % text === 0)),
  type: 'bool',
};

describe('Attention of the standard', () => {
  test.each([
    ['three axes', [rows, rows, rows], three],
    ['four axes', [four(heads), four(heads), four(heads)], {}],
    ['shared keys', [four(heads), four(2), four(2)], {}],
    ['a mask that is added', [four(heads), four(heads), four(heads), { dims: [text, text] }], {}],
    ['a mask of booleans', [four(heads), four(heads), four(heads), bools], {}],
    ['causal', [four(heads), four(heads), four(heads)], { is_causal: 1 }],
    [
      'softcap and a mask',
      [four(heads), four(heads), four(heads), { dims: [text, text] }],
      { softcap: { float: 0.6 } },
    ],
    ['scale', [rows, rows, rows], { ...three, scale: { float: 0.3 } }],
    ...[0, 1, 2, 3].map((mode) => [
      `stage ${mode} as an output`,
      [four(heads), four(heads), four(heads), { dims: [text, text] }],
      { qk_matmul_output_mode: mode },
      ['y', '', '', 'qk'],
    ]),
    [
      'earlier steps',
      [four(heads), four(heads), four(heads), null, four(heads, 3), four(heads, 3)],
      { is_causal: 1 },
      ['y', 'k', 'v'],
    ],
  ] as typeof multi)('%s', async (_, given, attributes, outputs) => {
    const { far, written, found } = await compare('Attention', '', given, attributes, 23, outputs);
    expect(written).toEqual(['Attention']);
    expect(far).toBeLessThan(1e-5);
    expect(found).toMatchObject([{ fused: false, heads }]);
  });
});

test.each(['PackedMultiHeadAttention', 'QAttention'])('%s is named and refused in a sentence', (op) => {
  const file = model([
    input('x', [1, text, width]),
    node(op, ['x', 'x', 'x'], ['y'], { num_heads: heads }, ms),
    output('y'),
  ]);
  const { bytes, refused } = unfuse(file);
  expect(bytes).toBe(file);
  expect(refused).toEqual([
    { made: 'y', sentence: `${op} "y" stays in one piece: the page cannot write it as ordinary operations.` },
  ]);
});

test('operations of the file itself are written out where they are called', async () => {
  const { bytes } = unfuse(readKind('functions'));
  const of = (file: Uint8Array) =>
    findAttention(readModel(file)).attentions.map(({ heads, queries, keys }) => [
      heads,
      queries.streams,
      keys.length,
    ]);
  expect(of(bytes)).toEqual(of(readKind('picture_first')));
  const run = async (file: Uint8Array) => {
    const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
    const feeds = {
      input_ids: new ort.Tensor('int64', [1, 11, 12, 13, 14, 15, 2].map(BigInt), [1, 7]),
      pixel_values: new ort.Tensor('float32', Float32Array.from(numbers(768, 3)), [1, 3, 16, 16]),
    };
    const { match } = await session.run(feeds);
    await session.release();
    return match.data as Float32Array;
  };
  expect(difference(await run(bytes), await run(readKind('picture_first')))).toBeLessThan(1e-6);
});
