import { expect, it } from 'vitest';
import { count, duration, megabytes } from '../../src/views/parts/words';

it.each([
  [400_000, '0.4 MB'],
  [3_376_857, '3.4 MB'],
  [444_000_000, '444 MB'],
  [1_430_000_000, '1.43 GB'],
])('%d bytes are %s', (bytes, said) => expect(megabytes(bytes)).toBe(said));

it.each([
  [0.42, '0.4 ms'],
  [14.3, '14 ms'],
  [2149, '2.1 s'],
])('%d milliseconds are %s', (milliseconds, said) => expect(duration(milliseconds)).toBe(said));

it('counts with the noun that fits', () => {
  expect(count(1, 'patch', 'patches')).toBe('1 patch');
  expect(count(2304, 'patch', 'patches')).toBe('2,304 patches');
});
