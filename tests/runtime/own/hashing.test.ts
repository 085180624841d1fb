import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readHashed } from '../../../src/runtime/own/hashing';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const made = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);

test.each([0, 1, 2 ** 20])('a file of %i bytes is called by its sha256', async (length) => {
  const bytes = made(length);
  expect(await readHashed(new File([bytes], 'x'), () => {})).toBe(sha256(bytes).toString('hex'));
});

test('a file of several pieces is called by the sha256 of their sha256s, and another byte gives another name', async () => {
  const bytes = made(2 ** 24 + 5);
  const pieces = [0, 1, 2].map((i) => sha256(bytes.subarray(i * 2 ** 23, (i + 1) * 2 ** 23)));
  const told: number[] = [];
  const name = await readHashed(new File([bytes], 'x'), (read) => told.push(read));
  expect(name).toBe(sha256(Buffer.concat(pieces)).toString('hex'));
  expect(told).toHaveLength(3);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(2 ** 24 + 5);
  bytes[2 ** 23] ^= 1;
  expect(await readHashed(new File([bytes], 'x'), () => {})).not.toBe(name);
});
