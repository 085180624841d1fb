import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { change } from '../../../src/onnx/change/change';
import { finishDraft, startDraft } from '../../../src/onnx/change/draft';
import { gather } from '../../../src/onnx/change/expose';
import { findAttention } from '../../../src/onnx/find/find';
import { applyPatch } from '../../../src/onnx/change/patch';
import { readModel } from '../../../src/onnx/file/reader';
import { difference } from '../../support/difference';
import { input, model, node, output, weight } from '../build';

const [examples, heads, queries, width, keys] = [2, 2, 3, 4, 5];
const rows = examples * heads * queries;
/** Numbers between -1 and 1 that look like nothing in particular. */
const odd = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 7.3 * i));

const q = odd(rows * width, 1);
const k = odd(examples * heads * width * keys, 2);
const identity = Float32Array.from({ length: examples * heads * keys * keys }, (_, i) =>
  Number(Math.floor(i / keys) % keys === i % keys),
);

/** By hand: probabilities of every row once `term` is added to its scores, times `factor`; both by head, query and key. */
function attend(factor: (h: number) => number, term: (h: number, i: number, j: number) => number) {
  return Array.from({ length: rows }, (_, row) => {
    const [block, i] = [Math.floor(row / queries), row % queries];
    const h = block % heads;
    const raised = Array.from({ length: keys }, (_, j) => {
      let score = term(h, i, j);
      for (let d = 0; d < width; d++) score += q[row * width + d] * k[(block * width + d) * keys + j];
      return Math.exp(score);
    });
    const sum = raised.reduce((a, b) => a + b, 0);
    return raised.map((value) => (factor(h) * value) / sum);
  }).flat();
}

const plainEnd = [node('MatMul', ['p', 'v'], ['c']), output('c')];
const scored = node('MatMul', ['q', 'k'], ['s']);
const softmax = node('Softmax', ['s'], ['p'], { axis: -1 });
const usual = [scored, softmax, ...plainEnd];
const four = [examples, heads];

/** How a graph writes it, the axes before queries and keys, the opset, and how exact its numbers are. */
const forms: [name: string, parts: Uint8Array[], lead: number[], opset: number, exact?: number][] = [
  ['four axes', usual, four, 17],
  ['heads merged into the batch axis', usual, [examples * heads], 17],
  ['five axes', usual, [1, ...four], 17],
  [
    'scores flattened to rows, as before opset 13',
    [
      scored,
      weight('flat', [2], [-1, keys], 7),
      weight('back', [4], [...four, queries, keys], 7),
      node('Reshape', ['s', 'flat'], ['s2']),
      node('Softmax', ['s2'], ['p2'], { axis: 1 }),
      node('Reshape', ['p2', 'back'], ['p']),
      ...plainEnd,
    ],
    four,
    11,
  ],
  [
    'a softmax written out',
    [
      scored,
      node('ReduceMax', ['s'], ['m'], { axes: [-1] }),
      node('Sub', ['s', 'm'], ['s2']),
      node('Exp', ['s2'], ['e']),
      weight('last', [1], [-1], 7),
      node('ReduceSum', ['e', 'last'], ['z']),
      node('Div', ['e', 'z'], ['p']),
      ...plainEnd,
    ],
    four,
    17,
  ],
  [
    'half floats',
    [
      ...['q', 'k', 'v'].map((name) => node('Cast', [name], [`${name}h`], { to: 10 })),
      node('MatMul', ['qh', 'kh'], ['s']),
      softmax,
      node('MatMul', ['p', 'vh'], ['ch']),
      node('Cast', ['ch'], ['c'], { to: 1 }),
      output('c'),
    ],
    [examples * heads],
    17,
    2e-3,
  ],
];

test.each(forms)(
  '%s: factor and term act as by hand, and what is shown is without them',
  async (_, parts, lead, opset, exact = 1e-6) => {
    const free = lead.map((_, axis) => `n${axis}`);
    const ports = [
      input('q', [...free, queries, width]),
      input('k', [...free, width, keys]),
      input('v', [...free, keys, keys]),
    ];
    const file = model([...ports, ...parts], opset);
    const read = readModel(file);
    const finding = findAttention(read);
    expect(finding.attentions).toHaveLength(1);
    const draft = startDraft(read);
    const { factor, term, shown } = change(draft, finding, finding.attentions[0], heads, {
      factor: true,
      term: true,
      shown: true,
    });
    const map = gather(draft, [shown], 'map');
    const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)), {
      logSeverityLevel: 3,
    });
    const tensor = (data: Float32Array, ...last: number[]) =>
      new ort.Tensor('float32', data, [...lead, ...last]);
    const feeds = {
      q: tensor(q, queries, width),
      k: tensor(k, width, keys),
      v: tensor(identity, keys, keys),
    };
    const run = async (factors: number[], hidden: [head: number, query: number, key: number][]) => {
      const terms = new Float32Array(heads * queries * keys);
      for (const [h, i, j] of hidden) terms[(h * queries + i) * keys + j] = -1e4;
      const results = await session.run(
        {
          ...feeds,
          [factor!]: new ort.Tensor('float32', factors, [factors.length, 1, 1]),
          [term!]: hidden.length
            ? new ort.Tensor('float32', terms, [heads, queries, keys])
            : new ort.Tensor('float32', [0], [1, 1, 1]),
        },
        [map, 'c'],
      );
      return { used: results.c.data as Float32Array, shown: results[map].data as Float32Array };
    };
    const plain = attend(
      () => 1,
      () => 0,
    );
    const neutral = await run([1], []);
    expect(difference(neutral.used, plain)).toBeLessThan(exact);
    const off = await run([0, 1], []);
    expect(
      difference(
        off.used,
        attend(
          (h) => h,
          () => 0,
        ),
      ),
    ).toBeLessThan(exact);
    const both = await run(
      [0.5, 2],
      [
        [0, 1, 2],
        [1, 0, 0],
        [1, 0, 4],
      ],
    );
    const hides = (h: number, i: number, j: number) =>
      (h === 0 && i === 1 && j === 2) || (h === 1 && i === 0 && (j === 0 || j === 4)) ? -1e4 : 0;
    expect(
      difference(
        both.used,
        attend((h) => (h ? 2 : 0.5), hides),
      ),
    ).toBeLessThan(2 * exact);
    for (const result of [neutral, off, both]) expect(difference(result.shown, plain)).toBeLessThan(exact);
    await session.release();
  },
);

test('an attention of two axes has one head', async () => {
  const file = model([input('q', [2, 2]), input('k', [2, 2]), input('v', [2, 2]), ...usual]);
  const read = readModel(file);
  const finding = findAttention(read);
  const draft = startDraft(read);
  const wish = { factor: true, term: false, shown: false };
  const { factor } = change(draft, finding, finding.attentions[0], 1, wish);
  const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)));
  const square = (...values: number[]) => new ort.Tensor('float32', values, [2, 2]);
  const feeds = { q: square(1, 0, 0, 1), k: square(0, Math.log(3), 0, 0), v: square(1, 0, 0, 1) };
  const rows = new ort.Tensor('float32', [1, 0], [1, 2, 1]);
  const { c } = await session.run({ ...feeds, [factor!]: rows });
  expect(c.dims).toEqual([2, 2]);
  expect(difference(c.data as Float32Array, [0.25, 0.75, 0, 0])).toBeLessThan(1e-6);
  await session.release();
});

test('an attention in one piece, or in a branch, is refused in a sentence', () => {
  const fused = readModel(
    model([
      input('ids', [1, 5], 7),
      weight('table', [50, 8]),
      node('Gather', ['table', 'ids'], ['x']),
      node('MultiHeadAttention', ['x', 'x', 'x'], ['y'], { num_heads: 4 }, 'com.microsoft'),
      output('y'),
    ]),
  );
  const wish = { factor: true, term: true, shown: true };
  const finding = findAttention(fused);
  expect(() => change(startDraft(fused), finding, finding.attentions[0], 4, wish)).toThrow(
    'The attention "y" is one MultiHeadAttention, which cannot be changed inside.',
  );
});
