import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../src/trace/pack';
import { readSafetensors, writeSafetensors } from '../../src/containers/safetensors';
import type { Attention, Token, Trace } from '../../src/trace/trace';

/** Rows of softmax-like numbers [heads, queries, keys]. */
function weightsOf(heads: number, queries: number, keys: number, seed: number): Float32Array<ArrayBuffer> {
  const data = Float32Array.from({ length: heads * queries * keys }, (_, i) =>
    Math.exp(4 * Math.sin(seed + i * i)),
  );
  for (let row = 0; row < data.length; row += keys) {
    const sum = data.subarray(row, row + keys).reduce((total, x) => total + x, 0);
    for (let k = 0; k < keys; k++) data[row + k] /= sum;
  }
  return data;
}

const token = fc.record<Token, keyof Token>(
  {
    stream: fc.constantFrom('text', 'image'),
    role: fc.constantFrom('word', 'patch', 'cls'),
    image: fc.nat(2),
    text: fc.string({ unit: 'grapheme' }),
    word: fc.nat(9),
    span: fc.tuple(fc.nat(9), fc.nat(9)),
    box: fc.tuple(
      ...([0, 1, 2, 3].map(() => fc.double({ min: 0, max: 1, noNaN: true })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    unknown: fc.boolean(),
  },
  { requiredKeys: ['stream', 'role'], noNullPrototype: true },
);

const attention = fc
  .record({
    heads: fc.integer({ min: 1, max: 3 }),
    queries: fc.nat(4),
    keys: fc.integer({ min: 1, max: 4 }),
    asked: fc.boolean(),
    visible: fc.constantFrom('all', 'causal', 'some'),
    seed: fc.nat(),
  })
  .map(({ heads, queries, keys, asked, visible, seed }): Attention => ({
    graph: 'model',
    layer: 1,
    depth: 0.5,
    stage: 'fusion',
    name: 'joint 2',
    queries: [1, 1 + queries],
    keys: [2, 2 + keys],
    visible:
      visible === 'some' ? Uint8Array.from({ length: queries * keys }, (_, i) => i % 2) : (visible as 'all'),
    heads,
    weights: asked ? { dims: [heads, queries, keys], data: weightsOf(heads, queries, keys, seed) } : null,
  }));

const trace: fc.Arbitrary<Trace> = fc.record<Trace, keyof Trace>(
  {
    model: fc.constantFrom('vilt-mini', 'meter-mini'),
    caption: fc.string({ unit: 'grapheme' }),
    tokens: fc.array(token, { maxLength: 6 }),
    attentions: fc.array(attention, { maxLength: 4 }),
    outputs: fc.constantFrom<Trace['outputs'][]>({}, { match: { dims: [1], data: Float32Array.of(-1.25) } }),
    guesses: fc.constantFrom([], [{ token: 3, words: [{ text: 'dog', probability: 0.75 }] }]),
    answers: fc.constant([{ text: 'two', probability: 0.5 }]),
    similarity: fc.constant({ dims: [2, 1], data: Float32Array.of(0.1, -0.25) }),
    truncatedAt: fc.option(fc.nat(99)),
    timings: fc.constant({ prepare: 1, run: 20.5, read: 2 }),
    backend: fc.constant({ kind: 'wasm', device: '2 threads' }),
    steps: fc.constant([]),
  },
  {
    requiredKeys: [
      'model',
      'caption',
      'tokens',
      'attentions',
      'outputs',
      'guesses',
      'truncatedAt',
      'timings',
      'backend',
    ],
    noNullPrototype: true,
  },
);

test('runs come back as they were', () => {
  fc.assert(
    fc.property(fc.array(trace, { maxLength: 3 }), fc.jsonValue(), (traces, extra) => {
      const json = JSON.parse(JSON.stringify(extra)) as unknown;
      expect(unpack(pack(traces, json, 'F32'))).toEqual({ traces, extra: json });
    }),
    { numRuns: 60 },
  );
});

test('half precision changes weights alone, by at most 2.5e-4', () => {
  fc.assert(
    fc.property(trace, trace, (first, step) => {
      const run = { ...first, steps: [step] };
      const [back] = unpack(pack([run])).traces;
      for (const [was, is] of [
        [run, back],
        [step, back.steps![0]],
      ]) {
        was.attentions.forEach(({ weights }, i) => {
          weights?.data.forEach((x, j) =>
            expect(Math.abs(is.attentions[i].weights!.data[j] - x)).toBeLessThanOrEqual(2.5e-4),
          );
        });
      }
      const bare = (one: Trace): unknown => ({
        ...one,
        attentions: one.attentions.map((a) => ({ ...a, weights: a.weights?.dims })),
        steps: one.steps?.map(bare),
      });
      expect(bare(back)).toEqual(bare(run));
    }),
    { numRuns: 60 },
  );
});

const whole: Attention = {
  graph: 'model',
  layer: 0,
  depth: 0,
  stage: 'fusion',
  name: 'joint 1',
  queries: [0, 1],
  keys: [0, 1],
  visible: 'all',
  heads: 1,
  weights: null,
};
const bareRun: Trace = {
  model: 'vilt-mini',
  caption: '',
  tokens: [],
  attentions: [],
  outputs: {},
  guesses: [],
  truncatedAt: null,
  timings: { prepare: 0, run: 0, read: 0 },
  backend: { kind: 'wasm', device: '' },
};

/** Rows [queries, keys] of one head, packed in 8 bits and read again. */
function inEightBits(rows: Float32Array<ArrayBuffer>, keys: number) {
  const queries = rows.length / keys;
  const weights = { dims: [1, queries, keys], data: rows };
  const one = { ...whole, queries: [0, queries], keys: [0, keys], weights } satisfies Attention;
  const [back] = unpack(pack([{ ...bareRun, attentions: [one] }], null, 'U8')).traces;
  return back.attentions[0].weights!.data;
}

test.each([
  ['softmax-like rows', weightsOf(2, 3, 300, 7), 300],
  [
    'half on one key, the rest spread evenly',
    Float32Array.from({ length: 501 }, (_, k) => (k ? 0.001 : 0.5)),
    501,
  ],
])('8 bits move %s by less than 0.8 % of their largest, and no mass', (_, weights, keys) => {
  const back = inEightBits(weights, keys);
  for (let row = 0; row < weights.length; row += keys) {
    const [was, is] = [weights.subarray(row, row + keys), back.subarray(row, row + keys)];
    const most = Math.max(...was);
    was.forEach((x, k) => expect(Math.abs(is[k] - x)).toBeLessThan(0.008 * most));
    expect(is.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(Math.abs(is[0] - was[0])).toBeLessThan(0.0005);
  }
});

test('in 8 bits a row of zeros stays one, and all on one key is exact', () =>
  expect(Array.from(inEightBits(Float32Array.of(0, 0, 0, 0, 1, 0), 3))).toEqual([0, 0, 0, 0, 1, 0]));

test('a small single-stream model takes two bytes a weight and little more', () => {
  const one: Attention = {
    graph: 'model',
    layer: 0,
    depth: 0,
    stage: 'fusion',
    name: 'joint 1',
    queries: [0, 76],
    keys: [0, 76],
    visible: 'all',
    heads: 4,
    weights: { dims: [4, 76, 76], data: weightsOf(4, 76, 76, 1) },
  };
  const run: Trace = {
    model: 'vilt-mini',
    caption: '',
    tokens: [],
    attentions: Array<Attention>(6).fill(one),
    outputs: {},
    guesses: [],
    truncatedAt: null,
    timings: { prepare: 0, run: 0, read: 0 },
    backend: { kind: 'wasm', device: '' },
  };
  expect(pack([run]).length).toBeLessThan(6 * 4 * 76 * 76 * 2 + 3000);
});

test('other files are refused in one sentence', () => {
  const metadata = { format: 'vlpm-playground trace 1', extra: 'null' };
  const holding = (attentions: unknown[], dims = [1, 2, 2]) =>
    writeSafetensors({
      tensors: new Map([['x', { dtype: 'F32', dims, data: new Float32Array(4) }]]),
      metadata: { ...metadata, traces: JSON.stringify([{ attentions, outputs: {} }]) },
    });
  const map = { name: 'joint 1', heads: 1, queries: [0, 2], keys: [0, 2], visible: 'all', weights: 'x' };
  expect(unpack(holding([map])).traces).toHaveLength(1);
  expect(() => unpack(new Uint8Array(3))).toThrow('A safetensors file has at least 8 bytes, got 3.');
  expect(() => unpack(writeSafetensors({ tensors: new Map(), metadata: {} }))).toThrow(
    'Expected runs in the format "vlpm-playground trace 1", got "none".',
  );
  const broken = writeSafetensors({ tensors: new Map(), metadata: { ...metadata, traces: '[{}' } });
  expect(() => unpack(broken)).toThrow(/^The recorded runs cannot be read: /);
  expect(() => unpack(holding([{ ...map, weights: 'y' }]))).toThrow(
    'The recorded run names a tensor y that the file does not hold.',
  );
  expect(() => unpack(holding([map], [4, 1, 1]))).toThrow(
    'joint 1: expected [head, query, key] = [1, 2, 2], got [4, 1, 1].',
  );
});

test('weights lie in the file under readable names', () => {
  const [sample] = fc.sample(
    trace.filter(({ attentions }) => attentions[0]?.weights != null),
    { numRuns: 1, seed: 1 },
  );
  expect(readSafetensors(pack([sample])).tensors.get('0/attention/0')?.dtype).toBe('F16');
});
