import * as ort from 'onnxruntime-web';
import { beforeAll, expect, test, vi } from 'vitest';
import { longest } from '../../../src/architectures/grouping';
import { readTraceFile, writeTraceFile } from '../../../src/trace/file';
import type { Attention, Trace } from '../../../src/trace/trace';
import { input as port, model, node, output, weight } from '../../onnx/build';
import { difference } from '../../support/difference';
import { base } from '../bring';
import { nodeEngine } from '../node';
import { memoryShelf } from '../shelf';
import { fileOf, tinyTokenizer } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

const [side, patch, width, heads, words] = [55, 4, 8, 2, 99];
const patches = side * side;

/** Numbers that look drawn, -1 to 1. */
const drawn = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => ((Math.imul(i + seed, 2654435761) >>> 8) % 2001) / 1000 - 1);

/** Words, then 55 × 55 patches, in one attention: 3,025 positions of a picture of 220 px. */
function long(): Uint8Array<ArrayBuffer> {
  const heap = (name: string, tensor: string) => [
    node('MatMul', ['x', `${name}.w`], [`${name}.flat`]),
    node('Reshape', [`${name}.flat`, 'apart'], [`${name}.apart`]),
    node('Transpose', [`${name}.apart`], [tensor], { perm: name === 'k' ? [0, 2, 3, 1] : [0, 2, 1, 3] }),
    weight(`${name}.w`, [width, width], drawn(width * width, name.charCodeAt(0))),
  ];
  return model([
    port('input_ids', [1, 'words'], 7),
    port('pixel_values', [1, 3, side * patch, side * patch]),
    weight('table', [words, width], drawn(words * width, 5)),
    weight(
      'cut',
      [width, 3, patch, patch],
      drawn(width * 3 * patch * patch, 9).map((x) => x / 4),
    ),
    weight('apart', [4], [1, -1, heads, width / heads], 7),
    weight('together', [3], [1, -1, width], 7),
    weight('rows', [3], [1, width, patches], 7),
    weight('scale', [], [0.5]),
    weight('first', [], [0], 7),
    weight('match.w', [width, 1], drawn(width, 3)),
    node('Gather', ['table', 'input_ids'], ['embedded']),
    node('Conv', ['pixel_values', 'cut'], ['cells'], {
      strides: [patch, patch],
      kernel_shape: [patch, patch],
    }),
    node('Reshape', ['cells', 'rows'], ['columns']),
    node('Transpose', ['columns'], ['patches'], { perm: [0, 2, 1] }),
    node('Concat', ['embedded', 'patches'], ['x'], { axis: 1 }),
    ...heap('q', 'queries'),
    ...heap('k', 'keys'),
    ...heap('v', 'values'),
    node('MatMul', ['queries', 'keys'], ['raw']),
    node('Mul', ['raw', 'scale'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'values'], ['context']),
    node('Transpose', ['context'], ['turned'], { perm: [0, 2, 1, 3] }),
    node('Reshape', ['turned', 'together'], ['y']),
    node('Gather', ['y', 'first'], ['cls'], { axis: 1 }),
    node('MatMul', ['cls', 'match.w'], ['match']),
    output('match', [1, 1]),
  ]);
}

const pixels = side * patch;
const data = new Uint8ClampedArray(pixels * pixels * 4);
for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : Math.imul(i, 2654435761) >>> 24;
const given = {
  picture: { width: pixels, height: pixels, data },
  crop: [0, 0, 1, 1] as const,
  caption: 'a red dog beside trees',
};

let run: (ask: object) => Promise<Trace>;
let trace: Trace;
let whole: Attention;
let named: Record<string, unknown>;

beforeAll(async () => {
  const engine = nodeEngine(base, memoryShelf());
  const files = [fileOf('model.onnx', long()), fileOf('tokenizer.json', tinyTokenizer())];
  const { id } = await engine.own.examine(files, () => {});
  const { interview } = await engine.own.interview(ort, id, () => {});
  const manifest = engine.own.keep(id, {});
  named = { ...manifest.image, interview };
  run = (ask) => engine.run(`own/${id}`, given, { task: 'match', attentions: 'all', ...ask });
  trace = await run({});
  [whole] = (await run({ whole: true })).attentions;
}, 60_000);

test('3,032 tokens are shown in few places: words one by one, patches by squares that cover the picture', () => {
  expect(named).toMatchObject({ grid: [side, side] });
  const images = trace.tokens.filter(({ stream }) => stream === 'image');
  expect(trace.tokens.length - images.length).toBe(7);
  expect(images).toHaveLength(28 * 28);
  expect(images.map(({ holds = 1 }) => holds).reduce((a, b) => a + b)).toBe(patches);
  expect(images[0].box).toEqual([0, 0, 2 / side, 2 / side].map((x) => expect.closeTo(x, 9) as number));
  expect([images[0].holds, images[27].holds, images.at(-1)!.holds]).toEqual([4, 2, undefined]);
  const [{ weights, queries, keys }] = trace.attentions;
  expect([weights!.dims, queries, keys]).toEqual([
    [heads, 791, 791],
    [0, 791],
    [0, 791],
  ]);
});

test('a place’s row is the mean of its tokens’, and what it gives a place the sum over that place’s tokens', () => {
  expect(whole.weights!.dims).toEqual([heads, 3032, 3032]);
  const place = Int32Array.from({ length: 3032 }, (_, at) => {
    if (at < 7) return at;
    const [row, column] = [Math.floor((at - 7) / side), (at - 7) % side];
    return 7 + Math.floor(row / 2) * 28 + Math.floor(column / 2);
  });
  const counts = new Float64Array(791);
  for (const at of place) counts[at]++;
  const pooled = new Float64Array(heads * 791 * 791);
  for (let head = 0; head < heads; head++)
    for (let query = 0; query < 3032; query++)
      for (let key = 0; key < 3032; key++)
        pooled[(head * 791 + place[query]) * 791 + place[key]] +=
          whole.weights!.data[(head * 3032 + query) * 3032 + key] / counts[place[query]];
  expect(difference(trace.attentions[0].weights!.data, Float32Array.from(pooled))).toBeLessThan(1e-6);
});

test('a key that is hidden place by place is hidden token by token; a head is switched off as in a short sequence', async () => {
  const key = 100;
  const term = {
    dims: [1, 1, 791],
    data: Float32Array.from({ length: 791 }, (_, i) => (i === key ? -1e4 : 0)),
  };
  const hidden = await run({ masks: [{ attention: 0, term }] });
  const tokens = Float32Array.from({ length: 3032 }, (_, at) => {
    const [row, column] = [Math.floor((at - 7) / side), (at - 7) % side];
    return at >= 7 && 7 + Math.floor(row / 2) * 28 + Math.floor(column / 2) === key ? -1e4 : 0;
  });
  const wanted = await run({
    whole: true,
    attentions: 'none',
    masks: [{ attention: 0, term: { dims: [1, 1, 3032], data: tokens } }],
  });
  expect(hidden.outputs.match.data[0]).not.toBe(trace.outputs.match.data[0]);
  expect(hidden.outputs.match.data[0]).toBeCloseTo(wanted.outputs.match.data[0], 6);
  const off = await run({
    masks: [{ attention: 0, factor: { dims: [heads, 1, 1], data: Float32Array.of(0, 1) } }],
  });
  expect(off.outputs.match.data[0]).not.toBe(trace.outputs.match.data[0]);
});

test('the run is saved and read back as it is', async () => {
  const file = { trace, grid: [28, 28], crop: [0, 0, 1, 1], image: null } as const;
  const back = await readTraceFile(writeTraceFile(file, 'safetensors'));
  expect(back.trace.tokens).toEqual(trace.tokens);
  const [saved, shown] = [back.trace, trace].map(({ attentions }) => attentions[0].weights!.data);
  expect(difference(saved, shown)).toBe(0);
});

test('the model is asked about itself', () => {
  expect(named.interview).toMatchObject({
    sequence: { order: ['text', 'image'] },
    sees: { image: true, text: true },
    raster: true,
    heads: { weights: heads },
    causal: { weights: false },
  });
  expect(longest.tokens).toBeLessThan(3000);
});
