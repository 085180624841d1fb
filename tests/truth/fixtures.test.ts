import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readKind, readOracle } from '../onnx/kinds';
import { hubBytes } from '../runtime/own/ownfiles';
import { families, type Truth } from './families';
import { judge } from './judge';

const hub = join(import.meta.dirname, '../oracle/hub');
const public_ = 'bert vit clip siglip vilt visual-bert lxmert blip bridgetower flava vit-gpt2'.split(' ');
const written = (
  'lead_word picture_first linear_patches mixed_mask pooled resampled video tiles blip2 align git t5 llava qwen2_vl ' +
  'with_past embedded detr'
).split(' ');

/** What public tools made of one of them, and how far its answers are from PyTorch's: by the numbers that it was rounded to. */
const treated = ['both-integer', 'q-operator', 'qdq', 'four-bits', 'functions'];

const cells: [
  name: string,
  file: () => Uint8Array,
  oracle: () => Uint8Array,
  truth: Truth,
  whole: boolean,
][] = [
  ...public_.map((name): (typeof cells)[number] => [
    name,
    () => hubBytes(name),
    () => readFileSync(join(hub, `${name}.safetensors`)),
    families[name],
    true,
  ]),
  ...written.map((name): (typeof cells)[number] => [
    name,
    () => readKind(name),
    () => readOracle(name),
    families[name.replaceAll('_', '-')],
    true,
  ]),
  [
    'clip, one operation each',
    () => readKind('in_one_piece'),
    () => readOracle('in_one_piece'),
    families.clip,
    true,
  ],
  ...treated.map((name): (typeof cells)[number] => [
    name,
    () => readKind(name),
    () => readOracle('picture_first'),
    families['picture-first'],
    name === 'functions',
  ]),
];

test.each(cells)(
  '%s: nothing is sure and wrong, and numbers are PyTorch’s',
  async (_, file, oracle, truth, whole) => {
    const judged = await judge(new Uint8Array(file()), oracle(), truth);
    expect(judged.wrong).toEqual([]);
    expect(judged).toMatchObject({ found: judged.wanted, heads: true, blocks: true, failed: null });
    expect(judged.neutral).toBeLessThan(1e-5);
    if (!whole) return;
    expect(judged.maps).toBeLessThan(1e-5);
    expect(judged.plain).toBeLessThan(1e-4);
    if (judged.masked !== null) expect(judged.masked).toBeLessThan(1e-5);
  },
);
