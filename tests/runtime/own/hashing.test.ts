import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readHashed } from '../../../src/runtime/own/hashing';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const made = (length: number) => Uint8Array.from({ length }, (_, i) => Math.imul(i, 2654435761) >>> 24);

test.each([0, 1, 2 ** 20])('a file of %i bytes is called by its sha256', async (length) => {
  const bytes = made(length);
  expect(await readHashed(new File([bytes], 'x'), () => {})).toBe(sha256(bytes).toString('hex'));
});

/** Of the three pieces, by `xxhash.xxh128(piece).digest()` of Python's xxhash 4.1. */
const hashes = [
  '326e4044a20e9db80a52fa76058b878f',
  'dfcc623faf25d4d1f885c5f146fd65b0',
  '6749eec3f9882ff434976651c47a375c',
];

test('a file of several pieces is called by the sha256 of their XXH128, and another byte gives another name', async () => {
  const bytes = made(2 ** 24 + 5);
  const told: number[] = [];
  const copy = new Uint8Array(bytes.length);
  const name = await readHashed(new File([bytes], 'x'), (read) => told.push(read), undefined, copy);
  expect(name).toBe(sha256(Buffer.from(hashes.join(''), 'hex')).toString('hex'));
  expect(Buffer.compare(copy, bytes)).toBe(0);
  expect(told).toHaveLength(3);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(2 ** 24 + 5);
  bytes[2 ** 23] ^= 1;
  expect(await readHashed(new File([bytes], 'x'), () => {})).not.toBe(name);
});
