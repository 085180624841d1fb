import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../src/containers/npy';
import { readSafetensors, writeSafetensors } from '../../src/containers/safetensors';
import { readZip } from '../../src/containers/unzip';
import { crc32, writeZip } from '../../src/containers/zip';
import { sniff } from '../../src/inputs/sniff';
import { writeBundle } from '../../src/trace/bundle';
import { readTraceFile } from '../../src/trace/file';
import { unpack } from '../../src/trace/pack';
import { npz, rows, spoken } from '../trace/bundled';
import { damaged, judge, runs } from './damage';

const root = resolve(import.meta.dirname, '../..');
const text = (words: string) => new TextEncoder().encode(words);
const numbers = { dims: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) };

const tensors = writeSafetensors({
  tensors: new Map([
    ['a', { dtype: 'F32', ...numbers }],
    ['b', { dtype: 'U8', dims: [3], data: Uint8Array.of(1, 2, 3) }],
  ]),
  metadata: { caption: 'a dog' },
});
const arrays = [
  writeNpy(numbers),
  writeNpy('a dog'),
  writeNpy({ dims: [4], data: Uint8Array.of(1, 2, 3, 4) }),
];
const stored = writeZip(
  new Map([
    ['a.npy', arrays[0]],
    ['b.txt', text('some words, some words, some words')],
  ]),
);

/** The stored archive with its last member packed by zlib, sizes and offsets as they then are. */
const deflated = ((): Uint8Array => {
  const content = text('some words, '.repeat(40));
  const packed = deflateRawSync(content);
  const bytes = writeZip(new Map([['b.txt', packed]]));
  const view = new DataView(bytes.buffer);
  const list = 30 + 5 + packed.length;
  for (const head of [8, list + 10]) view.setUint16(head, 8, true);
  for (const head of [14, list + 16]) view.setUint32(head, crc32(content), true);
  for (const head of [22, list + 24]) view.setUint32(head, content.length, true);
  return bytes;
})();

const joint = new Map([['attention_0', rows(2, 10, 10)]]);
const traces = [
  npz({ attention_0: rows(2, 10, 10), output_match: { dims: [1], data: Float32Array.of(3) } }),
  writeBundle({ meta: spoken, arrays: joint }, 'safetensors'),
];
const images = readdirSync(join(root, 'tests/fixtures/images'))
  .filter((name) => !['empty.jpg', 'huge.png', 'long.png'].includes(name))
  .map((name) => new Uint8Array(readFileSync(join(root, 'tests/fixtures/images', name))))
  .filter(({ length }) => length < 40_000);
const packed = [new Uint8Array(readFileSync(join(root, 'static/runs/composed-1-meter-mini.bin')))];

/** A reader, files that it reads, and whether what it makes of a damaged one holds together. */
const readers: [
  name: string,
  files: readonly Uint8Array[],
  read: (file: Uint8Array<ArrayBuffer>) => unknown,
][] = [
  [
    'safetensors',
    [tensors],
    (file) => {
      for (const { dims, data } of readSafetensors(file).tensors.values())
        expect(data.length).toBe(dims.reduce((product, dim) => product * dim, 1));
    },
  ],
  [
    'NPY',
    arrays,
    (file) => {
      const read = readNpy(file, 'a');
      if (typeof read !== 'string')
        expect(read.data.length).toBe(read.dims.reduce((product, dim) => product * dim, 1));
    },
  ],
  [
    'ZIP',
    [stored, deflated],
    async (file) => {
      const limits = { members: 8, bytes: 4096, ratio: 250, free: 4096 };
      const members = await readZip(file, limits);
      expect([...members.values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(4096);
    },
  ],
  ['traces', traces, readTraceFile],
  ['packed runs', packed, unpack],
  [
    'picture headers',
    images,
    (file) => {
      const { width, height, frames } = sniff(file);
      expect(width * height).toBeLessThanOrEqual(64e6);
      expect([width, height, frames].every((number) => Number.isInteger(number) && number >= 1)).toBe(true);
    },
  ],
];

describe.each(readers)('%s', (name, files, read) => {
  test('the files are read as they are', async () => {
    for (const file of files) if (name !== 'picture headers') await read(new Uint8Array(file));
  });

  test('whatever the bytes, it reads or says one sentence, and soon', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(files), async (file) => void (await judge(() => read(file)))),
      { numRuns: runs },
    );
  });
});
