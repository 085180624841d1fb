import { describe, expect, test } from 'vitest';
import {
  anywhereLaw,
  cycleLaw,
  namingLaw,
  packageLaw,
  resolvedLaw,
  roomLaw,
  subRoomLaw,
  workerLaw,
} from './support/laws';
import { folderLaw, lengthLaw, weightLaw } from './support/sizes';
import { sources, trackedBytes } from './support/tree';

const src = sources(['src'], /\.(ts|svelte|css)$/);
const own = sources(['src', 'tests', 'models'], /\.(ts|svelte|css|py)$/);
const lines = (count: number) => 'x\n'.repeat(count);

/** Each law with made-up files that break it and what it says of them; then the law over the real tree. */
const laws: [
  law: string,
  check: (files: Map<string, string>) => string[],
  broken: Record<string, string>,
  says: string[],
][] = [
  [
    'rooms import only what their row allows',
    roomLaw,
    {
      'src/tensor/tensor.ts': `import type { Trace } from '../trace/trace';`,
      'src/trace/trace.ts': `export {};`,
      'src/charts/Map.svelte': `<script lang="ts">import { app } from '../state/app.svelte';</script>`,
      'src/state/app.svelte.ts': `import { readManifest } from '../architectures/manifest'; import { vilt } from '../architectures/vilt';`,
      'src/architectures/manifest.ts': `export {};`,
      'src/architectures/vilt.ts': `export type T = import('../runtime/session').S;`,
      'src/runtime/session.ts': `export * from '../trace/trace';`,
      'src/helper.ts': ``,
    },
    [
      'src/tensor/tensor.ts: tensor may not import trace/trace.ts',
      'src/charts/Map.svelte: charts may not import state/app.svelte.ts',
      'src/state/app.svelte.ts: state may not import architectures/vilt.ts',
      'src/architectures/vilt.ts: architectures may not import runtime/session.ts',
      'src/helper.ts: no room is called helper.ts',
    ],
  ],
  [
    'sub-rooms import only what their row allows',
    subRoomLaw,
    {
      'src/onnx/file/wire.ts': `import { find } from '../find/find';`,
      'src/onnx/find/find.ts': `import { read } from '../file/wire'; import { all } from '../all';`,
      'src/onnx/all.ts': `export * from './find/find'; export const all = 1;`,
      'src/onnx/late/bind.ts': ``,
      'src/tensor/deep/sum.ts': ``,
    },
    [
      'src/onnx/file/wire.ts: onnx/file may not import onnx/find/find.ts',
      'src/onnx/find/find.ts: onnx/find may not import onnx/all.ts',
      'src/onnx/late/bind.ts: no sub-room of onnx is called late',
    ],
  ],
  [
    'relative imports stay in src',
    resolvedLaw,
    { 'src/main.ts': `import './app.css'; import '../tests/support/site'; import('./gone');` },
    ['src/main.ts: ../tests/support/site is no file of src', 'src/main.ts: ./gone is no file of src'],
  ],
  [
    'packages are imported only where they have their place',
    packageLaw,
    {
      'src/views/App.svelte': `<script>import { scaleLinear } from 'd3';</script>`,
      'src/attention/rollout.ts': `import { tick } from 'svelte'; import { readFile } from 'node:fs/promises';`,
      'src/runtime/session.ts': `import type * as Ort from 'onnxruntime-web'; import { Tensor } from 'onnxruntime-web';`,
      'src/inputs/tokenizer.ts': `import { AutoTokenizer } from '@xenova/transformers'; await import('@xenova/transformers');`,
      'src/state/link.ts': `import { nothing } from 'unheard-of';`,
    },
    [
      'src/views/App.svelte: d3 (static) has no place here',
      'src/attention/rollout.ts: svelte (static) has no place here',
      'src/attention/rollout.ts: node:fs/promises (static) has no place here',
      'src/runtime/session.ts: onnxruntime-web (static) has no place here',
      'src/inputs/tokenizer.ts: @xenova/transformers (static) has no place here',
      'src/state/link.ts: unheard-of (static) has no place here',
    ],
  ],
  [
    'what must run anywhere names no page',
    anywhereLaw,
    {
      'src/tensor/tensor.ts': `export const f = (o: { window: 1 }) => o.window + document.title.length;`,
      'src/onnx/read.ts': `export const g = globalThis.navigator;`,
      'src/cli/record.ts': `import { cache } from '../runtime/cache'; import type { Engine } from '../runtime/client';`,
      'src/runtime/cache.ts': `window.caches;`,
      'src/runtime/client.ts': `window.close();`,
    },
    [
      'src/tensor/tensor.ts names document but must run anywhere',
      'src/onnx/read.ts names navigator but must run anywhere',
      'src/runtime/cache.ts names window but must run anywhere',
    ],
  ],
  [
    'workers are made in one place of each document',
    workerLaw,
    {
      'src/runtime/client.ts': `new Worker(new URL('./engine.worker.ts', import.meta.url));`,
      'src/state/app.svelte.ts': `new Worker('x.js');`,
    },
    ['src/state/app.svelte.ts makes a Worker; only src/runtime/client.ts and src/hub/bytes/writer.ts may'],
  ],
  [
    'no file imports itself by a circle',
    cycleLaw,
    {
      'src/trace/a.ts': `import type { B } from './b';`,
      'src/trace/b.ts': `export { c } from './c';`,
      'src/trace/c.ts': `await import('./a');`,
      'src/trace/d.ts': `import './a'; new URL('./e.ts', import.meta.url);`,
      'src/trace/e.ts': `import './d';`,
    },
    ['src/trace/a.ts → src/trace/b.ts → src/trace/c.ts → src/trace/a.ts'],
  ],
  [
    'no utils and no barrels',
    namingLaw,
    {
      'src/tensor/utils/sum.ts': `export const sum = 1;`,
      'src/tensor/index.ts': `export const one = 1;`,
      'src/tensor/all.ts': `export { sum } from './sum'; export * from './max';`,
    },
    [
      'src/tensor/utils/sum.ts: a name that says nothing',
      'src/tensor/index.ts is a barrel',
      'src/tensor/all.ts is a barrel',
    ],
  ],
];

describe.each(laws)('%s', (_, check, broken, says) => {
  test('a made-up breach is found', () => expect(check(new Map(Object.entries(broken)))).toEqual(says));
  test('the tree keeps the law', () => expect(check(src)).toEqual([]));
});

describe('files stay short', () => {
  test('long files are found', () => {
    const files = new Map([301, 300, 80].map((count, i) => [`${i}.ts`, lines(count)]));
    expect(lengthLaw(files)).toEqual([
      '0.ts: 301 lines, expected 300 at most',
      'half of the files have 300 lines or more, expected fewer than 80',
      'a tenth of the files have 301 lines or more, expected fewer than 200',
    ]);
  });
  test('the tree keeps the law', () => expect(lengthLaw(own)).toEqual([]));
});

describe('a folder is seen at a glance', () => {
  test('full ones are found', () => {
    const room = (name: string, count: number) =>
      Array.from({ length: count }, (_, at) => `src/${name}/${at}.ts`);
    expect(folderLaw([...room('full', 26), ...room('well', 25), 'src/full/inner/0.ts'])).toEqual([
      'src/full: 26 files, expected 25 at most',
    ]);
  });
  test('the rooms of the source and of its tests keep the law', () =>
    expect(folderLaw(own.keys())).toEqual([]));
});

describe('a checkout can travel', () => {
  test('heavy trees are found', () => {
    const files = new Map([
      ['models/zoo/a/model.onnx', 45_100_000],
      ['static/b.png', 21_000_000],
      ['tests/oracle/c.onnx', 9_100_000],
    ]);
    expect(weightLaw(files)).toEqual([
      'tracked files: 75.2 MB, expected 66 MB at most',
      'models/zoo: 45.1 MB, expected 45 MB at most',
      'tests/oracle: 9.1 MB, expected 9 MB at most',
    ]);
  });
  test('the tree keeps the law', () => expect(weightLaw(trackedBytes())).toEqual([]));
});
