import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHalf } from '../../src/containers/half';
import { readPart, type Located } from '../../src/containers/tensors';
import { indexTorch } from '../../src/containers/torch';

const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const fileOf = (bytes: Uint8Array<ArrayBuffer>) => new File([bytes], 'pytorch_model.bin');
/** What Python wrote of each tensor. */
const numbers = JSON.parse(readFileSync(new URL('fixtures/numbers.json', import.meta.url), 'utf8')) as Record<
  string,
  { dims: number[]; numbers: (number | boolean)[] }
>;

async function valuesOf(file: File, { dtype, offset, length }: Located): Promise<number[]> {
  const { buffer } = await readPart(file, offset, length);
  if (dtype === 'F32') return [...new Float32Array(buffer)];
  if (dtype === 'F16') return [...fromHalf(new Uint16Array(buffer))];
  if (dtype === 'BF16')
    return [...new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer)];
  if (dtype === 'I64') return Array.from(new BigInt64Array(buffer), Number);
  return [...new Uint8Array(buffer)];
}

describe.each(['zip.bin', 'pickles.bin'])('%s', (name) => {
  const file = fileOf(bytesOf(name));

  test('every tensor lies where PyTorch wrote it', async () => {
    const index = await indexTorch(file);
    expect([...index.keys()]).toEqual(Object.keys(numbers));
    for (const [tensor, located] of index) {
      expect(located.dims, tensor).toEqual(numbers[tensor].dims);
      expect(await valuesOf(file, located), tensor).toEqual(numbers[tensor].numbers.map(Number));
    }
    expect(index.get('tied')).toEqual(index.get('table'));
  });

  test('cut anywhere, it is refused in a sentence', async () => {
    const bytes = bytesOf(name);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expect(indexTorch(fileOf(bytes.slice(0, length)))).rejects.toThrow(
          /^pytorch_model\.bin.*\.$|^The ZIP/,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('with bytes changed, it is read or refused, and nothing is located outside of it', async () => {
    const bytes = bytesOf(name);
    const edit = fc.tuple(fc.nat(Math.min(2500, bytes.length - 1)), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const other = bytes.slice();
        for (const [at, byte] of edits) other[at] = byte;
        const index = await indexTorch(fileOf(other)).catch((error: unknown) => error as Error);
        if (index instanceof Error) {
          expect(index.message).toMatch(/\.$/);
          return;
        }
        for (const { offset, length } of index.values())
          expect(offset + length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is refused', () => {
  test.each(['command.bin', 'command-pickles.bin'])('a call of the shell in %s', async (name) => {
    await expect(indexTorch(fileOf(bytesOf(name)))).rejects.toThrow(
      'pytorch_model.bin: it asks for posix.system, which no list of tensors needs; nothing of it was run.',
    );
  });

  test('a tensor that does not lie row by row, by name', async () => {
    await expect(indexTorch(fileOf(bytesOf('turned.bin')))).rejects.toThrow(
      'pytorch_model.bin: the tensor turned of [3, 2] does not lie row by row: call contiguous() on it and save it again.',
    );
  });

  test('random bytes behind either mark', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom([0x50, 0x4b], [0x80, 2]),
        fc.uint8Array({ maxLength: 400 }),
        async (mark, rest) => {
          await expect(indexTorch(fileOf(Uint8Array.from([...mark, ...rest])))).rejects.toThrow(/\.$/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each<[what: string, bytes: number[]]>([
    ['lists', [...Array<number>(10_000).fill(0x5d), ...Array<number>(9_999).fill(0x61)]],
    ['tuples', [0x29, ...Array<number>(10_000).fill(0x85)]],
  ])('%s nested 10,000 deep, at once', async (_, nested) => {
    const began = performance.now();
    await expect(indexTorch(fileOf(Uint8Array.from([0x80, 2, ...nested, 0x2e])))).rejects.toThrow(
      'pytorch_model.bin: it ends early',
    );
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('a text that says it has 4 GB', async () => {
    await expect(indexTorch(fileOf(Uint8Array.of(0x80, 2, 0x58, 255, 255, 255, 255, 65)))).rejects.toThrow(
      'pytorch_model.bin: it ends early, at byte 8.',
    );
  });

  test('something else', async () => {
    await expect(indexTorch(fileOf(Uint8Array.of(1, 2, 3)))).rejects.toThrow(
      'pytorch_model.bin is no file of weights that PyTorch saved: it begins with neither of its two marks.',
    );
  });
});
