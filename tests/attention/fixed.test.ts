import { expect, test } from 'vitest';
import { fixedShare } from '../../src/attention/fixed';
import type { Token } from '../../src/trace/trace';

const tokens: Token[] = [
  { stream: 'text', role: 'cls' },
  { stream: 'text', role: 'word', word: 0 },
  { stream: 'image', role: 'patch', box: [0, 0, 0.5, 1] },
  { stream: 'image', role: 'patch', box: [0.5, 0, 0.5, 1] },
];

test.each([
  ['joint', [0, 4], [null, null, null]],
  ['text', [0, 2], [null, 'it has no image keys', null]],
  ['image', [2, 4], ['it has no text keys', 'all of its keys are image keys', 'it has no special keys']],
] as const)('what the design of %s keys fixes, and what weights decide', (_, keys, reasons) => {
  expect((['text', 'image', 'special'] as const).map((of) => fixedShare(tokens, keys, of))).toEqual(
    reasons.map((reason) => reason && `fixed by design: ${reason}`),
  );
});
