import type { TraceFile } from '../../src/trace/file';
import type { Attention, Slice, Token } from '../../src/trace/trace';

/** The shape of a made-up run. */
export interface Shape {
  heads: number;
  /** Modules that read both streams in one softmax. */
  joint: number;
  /** Modules of an encoder of each stream before them. */
  text?: number;
  image?: number;
  grid?: readonly [columns: number, rows: number];
  words?: readonly string[];
}

const sentence = 'a small dog and a red heart are left of one big tree'.split(' ');

/** The same numbers in [0, 1) on every run (a linear congruence; Numerical Recipes, 2nd edition, ranqd1). */
function noise(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** Rows that each sum to 1, with most on a key of its own and on those beside it. */
function weightsOf(
  heads: number,
  [from, to]: Slice,
  [start, end]: Slice,
  seed: number,
): Attention['weights'] {
  const [rows, columns] = [to - from, end - start];
  const data = new Float32Array(heads * rows * columns);
  const next = noise(seed);
  for (let row = 0; row < heads * rows; row++) {
    const middle = Math.floor(next() * columns);
    const sharp = 0.02 + next();
    let sum = 0;
    for (let key = 0; key < columns; key++)
      sum += data[row * columns + key] = 0.05 * next() + Math.exp(-sharp * Math.abs(key - middle));
    for (let key = 0; key < columns; key++) data[row * columns + key] /= sum;
  }
  return { dims: [heads, rows, columns], data };
}

/** A made-up run of a model of any shape: [CLS], words, [SEP], then patches; no picture. */
export function madeRun({
  heads,
  joint,
  text = 0,
  image = 0,
  grid = [12, 12],
  words = sentence,
}: Shape): TraceFile {
  const [columns, rows] = grid;
  const tokens: Token[] = [
    { stream: 'text', role: 'cls', text: '[CLS]' },
    ...words.map((text, word): Token => ({ stream: 'text', role: 'word', text, word })),
    { stream: 'text', role: 'sep', text: '[SEP]' },
    ...Array.from({ length: columns * rows }, (_, at): Token => {
      const place = [(at % columns) / columns, Math.floor(at / columns) / rows] as const;
      return { stream: 'image', role: 'patch', box: [...place, 1 / columns, 1 / rows] };
    }),
  ];
  const spans: Record<string, Slice> = {
    text: [0, words.length + 2],
    image: [words.length + 2, tokens.length],
    joint: [0, tokens.length],
  };
  const modules = [
    ...Array.from({ length: text }, (_, layer) => ({ kind: 'text', stage: 'text' as const, layer })),
    ...Array.from({ length: image }, (_, layer) => ({ kind: 'image', stage: 'image' as const, layer })),
    ...Array.from({ length: joint }, (_, layer) => ({ kind: 'joint', stage: 'fusion' as const, layer })),
  ];
  const attentions = modules.map(({ kind, stage, layer }, at): Attention => {
    const span = spans[kind];
    return {
      ...{ graph: 'model', name: `${kind} ${layer + 1}`, layer, depth: at / modules.length, stage },
      ...{ queries: span, keys: span, visible: 'all', heads },
      weights: weightsOf(heads, span, span, at + 1),
    };
  });
  return {
    trace: {
      ...{ model: `${modules.length} × ${heads}`, caption: words.join(' '), tokens, attentions },
      outputs: { match: { dims: [1], data: Float32Array.of(2.5) } },
      ...{ guesses: [], truncatedAt: null, timings: { prepare: 0, run: 0, read: 0 }, backend: null },
    },
    ...{ interaction: 'self-attention', streams: 'single', grid, crop: [0, 0, 1, 1], image: null },
  };
}
