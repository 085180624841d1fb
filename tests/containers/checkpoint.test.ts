import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexCheckpoint, indexSafetensors } from '../../src/containers/checkpoint';
import { readSafetensors, writeSafetensors } from '../../src/containers/safetensors';

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const file = (name: string, ...parts: BlobPart[]) => new File(parts, name);
const json = (value: unknown) => JSON.stringify(value);

/** A file of one tensor of two numbers. */
const weights = (tensor: string, first: number) =>
  writeSafetensors({
    tensors: new Map([[tensor, { dtype: 'F32', dims: [2], data: Float32Array.of(first, first + 1) }]]),
    metadata: { format: 'pt' },
  });

/** A header of any length and content in front of so many bytes. */
function made(header: string, data = 0, length?: number): File {
  const text = new TextEncoder().encode(header);
  const start = new DataView(new ArrayBuffer(8));
  start.setBigUint64(0, BigInt(length ?? text.length), true);
  return file('model.safetensors', start.buffer, text, new Uint8Array(data));
}

test('a safetensors file that Python wrote: each tensor lies where its numbers are', async () => {
  const bytes = fixture('python.safetensors');
  const index = await indexSafetensors(file('model.safetensors', bytes));
  const { tensors } = readSafetensors(bytes);
  expect([...index.keys()].sort()).toEqual([...tensors.keys()].sort());
  for (const [name, { offset, length, dims }] of index) {
    const { data, dims: wanted } = tensors.get(name)!;
    expect(dims).toEqual(wanted);
    expect(bytes.slice(offset, offset + length)).toEqual(new Uint8Array(data.buffer));
  }
});

test('shards by their index, wherever a tensor lies', async () => {
  const list = { weight_map: { a: 'one.safetensors', b: 'two.safetensors' } };
  const { index, files } = await indexCheckpoint([
    file('model.safetensors.index.json', json(list)),
    file('two.safetensors', weights('b', 5)),
    file('one.safetensors', weights('a', 1)),
    file('config.json', '{}'),
  ]);
  expect(files.map(({ name }) => name)).toEqual(['one.safetensors', 'two.safetensors']);
  expect(index.get('b')).toMatchObject({ file: 'two.safetensors', dims: [2], length: 8 });
});

test('of several formats the safer one, and a trainer’s own files are none', async () => {
  const safe = file('model.safetensors', weights('a', 1));
  const { files } = await indexCheckpoint([file('pytorch_model.bin', 'x'), safe, file('optimizer.pt', 'x')]);
  expect(files).toEqual([safe]);
  const other = file('weights.safetensors', weights('a', 1));
  expect((await indexCheckpoint([other, file('training_args.bin', 'x')])).files).toEqual([other]);
});

describe('what is refused', () => {
  test.each<[what: string, files: File[], sentence: string]>([
    [
      'no weights',
      [file('config.json', '{}')],
      'Expected model.safetensors or pytorch_model.bin beside config.json, got config.json.',
    ],
    [
      'two of them',
      [file('a.safetensors', ''), file('b.bin', '')],
      'Expected one file of weights, got a.safetensors, b.bin: drop one of them, or their index with them.',
    ],
    [
      'missing shards',
      [
        file(
          'model.safetensors.index.json',
          json({ weight_map: { a: '1.safetensors', b: '2.safetensors' } }),
        ),
      ],
      '2 of 2 files of weights did not come along: 1.safetensors, 2.safetensors.',
    ],
    [
      'a shard without its tensor',
      [
        file('model.safetensors.index.json', json({ weight_map: { a: '1.safetensors' } })),
        file('1.safetensors', weights('b', 1)),
      ],
      '1.safetensors does not hold a, which model.safetensors.index.json says lies there.',
    ],
    [
      'an index of nothing',
      [file('pytorch_model.bin.index.json', '[')],
      'pytorch_model.bin.index.json: expected a weight_map of tensors and files, got none.',
    ],
    [
      'a Git LFS pointer',
      [file('pytorch_model.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:0')],
      'pytorch_model.bin is a Git LFS pointer, not the weights themselves: fetch them with "git lfs pull".',
    ],
    [
      'a web page',
      [file('model.safetensors', '<!DOCTYPE html><html>')],
      'model.safetensors is a web page, not a file of weights.',
    ],
    [
      'a LoRA',
      [file('adapter_config.json', '{}'), file('adapter_model.safetensors', weights('lora', 1))],
      'This is an adapter (LoRA), which changes another model’s weights: merge it into that model with merge_and_unload() and save the result.',
    ],
    [
      'a GGUF',
      [file('clip.gguf', 'GGUF')],
      'clip.gguf is a GGUF, in which weights are quantised for other programs: take the repository that it was made from.',
    ],
    [
      'a header of 1 GB',
      [made('{}', 0, 2 ** 30)],
      'model.safetensors: This is not a safetensors file: its header would have 1073741824 bytes.',
    ],
    [
      'overlapping tensors',
      [
        made(
          json({
            a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] },
            b: { dtype: 'U8', shape: [4], data_offsets: [2, 6] },
          }),
          6,
        ),
      ],
      'model.safetensors: The tensor b should begin at byte 4 of the data, but begins at 2.',
    ],
    [
      'one name twice',
      [
        made(
          '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}',
          6,
        ),
      ],
      'model.safetensors: The safetensors file lists 2 tensors under 1 names: one of them stands twice.',
    ],
    [
      'one name twice in one place',
      [
        made(
          '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[2,2],"data_offsets" : [0,4]}}',
          4,
        ),
      ],
      'model.safetensors: The safetensors file lists 2 tensors under 1 names: one of them stands twice.',
    ],
    [
      'a negative offset',
      [made(json({ a: { dtype: 'U8', shape: [4], data_offsets: [-4, 0] } }), 4)],
      'model.safetensors: The tensor a has no pair of offsets, but [-4,0].',
    ],
    [
      'a header longer than its file',
      [made('{}', 0, 99)],
      'model.safetensors: The safetensors file ends early: its header needs 99 bytes, got 2.',
    ],
    [
      'a huge offset',
      [made(json({ a: { dtype: 'U8', shape: [2 ** 52], data_offsets: [0, 2 ** 52] } }), 6)],
      'model.safetensors: The safetensors file ends early: a needs 4503599627370496 bytes of data, got 6.',
    ],
  ])('%s', async (_, files, sentence) => {
    await expect(indexCheckpoint(files)).rejects.toThrow(sentence);
  });

  test('names that look like the fields of a tensor are names', async () => {
    const entry = { dtype: 'U8', shape: [1], data_offsets: [0, 1] };
    const odd = json({ '"data_offsets":[': entry, data_offsets: { ...entry, data_offsets: [1, 2] } });
    expect([...(await indexSafetensors(made(odd, 2))).keys()]).toEqual(['"data_offsets":[', 'data_offsets']);
  });

  test('any header: read or refused in a sentence, and nothing is located outside of the file', async () => {
    const entry = fc.record({
      dtype: fc.constantFrom('F32', 'U8', 'BF16', 'X'),
      shape: fc.array(fc.oneof(fc.nat(3), fc.integer(), fc.maxSafeInteger()), { maxLength: 3 }),
      data_offsets: fc.array(fc.oneof(fc.nat(24), fc.maxSafeInteger()), { maxLength: 3 }),
    });
    const header = fc.oneof(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(header, fc.nat(24), fc.option(fc.maxSafeInteger()), async (content, data, length) => {
        const given = made(json(content), data, length ?? undefined);
        const index = await indexSafetensors(given).catch((error: unknown) => error as Error);
        if (index instanceof Error) expect(index.message).toMatch(/\.$/);
        else
          for (const { offset, length } of index.values())
            expect(offset + length).toBeLessThanOrEqual(given.size);
      }),
      { numRuns: 500 },
    );
  });
});
