import { expect, it } from 'vitest';
import { partsOf } from '../../src/state/panel/parts';
import type { Token, Trace } from '../../src/trace/trace';

/** [CLS] do ##g, then an image [CLS] and two patches. */
const tokens: Token[] = [
  { stream: 'text', role: 'cls' },
  { stream: 'text', role: 'word', word: 0 },
  { stream: 'text', role: 'word', word: 0 },
  { stream: 'image', role: 'cls' },
  { stream: 'image', role: 'patch' },
  { stream: 'image', role: 'patch' },
];
const places = { text: [0, 1, 2], image: [4, 5] };
const similarity = { dims: [3, 3], data: Float32Array.of(1, 0, 0, 0.5, 2, -1, 0.25, 1, 3) };
const trace = { tokens, similarity } as unknown as Trace;

it('a word of two pieces adds both their rows, over patches only', () => {
  const parts = partsOf(trace, places, [1, 2], 'text');
  expect([...parts!.overImage]).toEqual([3, 2]);
  expect([...parts!.overText]).toEqual([1, 1.5, 4.25]);
  expect(parts).toMatchObject({ share: 5.75, score: 6.75 });
});

it('a patch adds its column, while each patch shows what it adds', () => {
  const parts = partsOf(trace, places, [5], 'image');
  expect([...parts!.overText]).toEqual([0, -1, 3]);
  expect([...parts!.overImage]).toEqual([3, 2]);
  expect(parts!.share).toBe(2);
});

it('nothing selected has no share, and a run without a similarity has no parts', () => {
  expect(partsOf(trace, places, [], 'text')?.share).toBeNull();
  expect(partsOf({ ...trace, similarity: undefined }, places, [1], 'text')).toBeNull();
});
