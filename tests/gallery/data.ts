import type { AtlasCell, AtlasGroup, AtlasRow } from '../../src/charts/atlas/atlas';
import type { AtlasMap } from '../../src/charts/atlas/raster';
import type { ProfilePoint } from '../../src/charts/depth/profile';
import type { StripModule } from '../../src/charts/depth/strip';
import type { Token } from '../../src/trace/trace';

export const grid = [8, 8] as const;

/** Numbers in [0, 1) that are the same on every run (mulberry32). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function normalised(values: number[], total = 1): Float32Array<ArrayBuffer> {
  const sum = values.reduce((a, b) => a + b, 0);
  return Float32Array.from(values, (value) => (total * value) / sum);
}

/** A row of attention over 8 × 8 patches: a bump at (x, y) over some noise. `sharp` is the inverse width. */
export function bump(x: number, y: number, sharp: number, seed = 1): Float32Array<ArrayBuffer> {
  const next = noise(seed);
  return normalised(
    Array.from({ length: 64 }, (_, i) => {
      const distance = ((i % 8) - x) ** 2 + (Math.floor(i / 8) - y) ** 2;
      return Math.exp(-distance * sharp) + 0.08 * next();
    }),
  );
}

/** A row over `count` words with most on one of them. */
export function wordRow(count: number, at: number, seed = 1): Float32Array<ArrayBuffer> {
  const next = noise(seed);
  return normalised(Array.from({ length: count }, (_, i) => (i === at ? 1 : 0.05) + 0.3 * next()));
}

const piece = (text: string, word: number, unknown = false): Token => ({
  stream: 'text',
  role: 'word',
  text,
  word,
  unknown,
});

/** "a red ball left of a quokkas house", as a WordPiece tokenizer may cut it. */
export const tokens: Token[] = [
  { stream: 'text', role: 'cls', text: '[CLS]' },
  ...['a', 'red', 'ball', 'left', 'of', 'a'].map((text, word) => piece(text, word)),
  piece('qu', 6, true),
  piece('##okka', 6, true),
  piece('##s', 6, true),
  piece('house', 7),
  { stream: 'text', role: 'sep', text: '[SEP]' },
];

function cells(attention: number, name: string, map: (head: number) => AtlasMap | null): AtlasCell[] {
  return [0, 1, 2, 3, 'mean' as const].map((head) => ({
    id: `${attention}-${head}`,
    attention,
    head,
    column: head === 'mean' ? 'mean' : `head ${head + 1}`,
    title: `${name}, ${head === 'mean' ? 'mean over heads' : `head ${head + 1}`}`,
    map: map(head === 'mean' ? 4 : head),
  }));
}

const patches = (seed: number): AtlasMap => {
  const next = noise(seed * 97);
  return {
    kind: 'patches',
    grid,
    weights: bump(8 * next(), 8 * next(), 0.05 + 0.8 * next() ** 2, seed),
    even: 1 / 76,
  };
};
const words = (seed: number): AtlasMap => ({
  kind: 'words',
  grid: [tokens.length, 1],
  weights: wordRow(tokens.length, seed % tokens.length, seed),
  even: 1 / 76,
});

/** Six joint layers of four heads. */
export const single: AtlasRow[] = [1, 2, 3, 4, 5, 6].map((layer) => ({
  id: `joint ${layer}`,
  name: `joint ${layer}`,
  direction: 'text → image',
  stage: 'fusion',
  queries: ['text', 'image'],
  keys: ['text', 'image'],
  cells: cells(layer - 1, `joint ${layer}`, (head) => patches(layer * 10 + head)),
}));

const modules: [
  name: string,
  stage: StripModule['stage'],
  query: 'text' | 'image',
  key: 'text' | 'image',
  layer: number,
][] = [
  ['text 1', 'text', 'text', 'text', 0],
  ['text 2', 'text', 'text', 'text', 1],
  ['image 1', 'image', 'image', 'image', 0],
  ['image 2', 'image', 'image', 'image', 1],
  ...[0, 1].flatMap((layer): [string, 'fusion', 'text' | 'image', 'text' | 'image', number][] => [
    [`text self ${layer + 1}`, 'fusion', 'text', 'text', layer],
    [`image self ${layer + 1}`, 'fusion', 'image', 'image', layer],
    [`text → image ${layer + 1}`, 'fusion', 'text', 'image', layer],
    [`image → text ${layer + 1}`, 'fusion', 'image', 'text', layer],
  ]),
];

/** Two encoders of two layers, then two fusion layers of self- and co-attention. */
export const double: AtlasRow[] = modules.map(([name, stage, query, key], i) => ({
  id: name,
  name,
  direction: `${query} → ${key}`,
  stage,
  queries: [query],
  keys: [key],
  cells: cells(i, name, (head) => {
    if (query === 'image') return null;
    return key === 'image' ? patches(300 + i * 10 + head) : words(300 + i * 10 + head);
  }),
}));

/** Rows by stage, all of them shown unless told otherwise. */
export function grouped(rows: readonly AtlasRow[], open = true): AtlasGroup[] {
  return (['text', 'image', 'fusion'] as const)
    .map((stage) => ({ stage, rows: rows.filter((row) => row.stage === stage) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ stage, rows }) => {
      const shown = open || stage === 'fusion';
      return { stage, name: stage, size: rows.length, open: shown, rows: shown ? rows : [] };
    });
}

export const singleStrip: StripModule[] = single.map(({ name }, layer) => ({
  name,
  stage: 'fusion',
  layer,
  queries: ['text', 'image'],
  keys: ['text', 'image'],
}));

export const doubleStrip: StripModule[] = modules.map(([name, stage, query, key, layer]) => ({
  name,
  stage,
  layer,
  queries: [query],
  keys: [key],
}));

/** Share of attention on image keys per head; even attention would give 64 of 76 keys. */
export const profile: ProfilePoint[] = single.map(({ name }, attention) => {
  const next = noise(attention + 5);
  const heads = [0, 1, 2, 3].map(() => 0.25 + 0.6 * next());
  return {
    attention,
    name,
    short: name,
    stage: 'fusion',
    series: 'joint',
    heads,
    mean: heads.reduce((a, b) => a + b, 0) / 4,
    even: 64 / 76,
  };
});
