import { expect, test } from 'vitest';
import { stepOf } from '../../src/state/panel/written';
import type { Token, Trace } from '../../src/trace/trace';

test('in one sequence of words and picture the row kept is that of the last word, over the patches alone', () => {
  const word: Token = { stream: 'text', role: 'word' };
  const patch: Token = { stream: 'image', role: 'patch' };
  const tokens = [word, patch, patch, word, word];
  const joint: Trace['attentions'][number] = {
    graph: 'decoder',
    layer: 0,
    depth: 0,
    stage: 'fusion',
    name: 'joint 1',
    queries: [0, 5],
    keys: [0, 5],
    visible: 'causal',
    heads: 2,
    weights: { dims: [2, 5, 5], data: Float32Array.from({ length: 50 }, (_, i) => i) },
  };
  const pictured = { ...joint, stage: 'image' as const, queries: [1, 3] as const, keys: [1, 3] as const };
  const next = [{ id: 3, text: 'dog', probability: 1, ends: false }];
  const { rows, words } = stepOf({ tokens, attentions: [pictured, joint], next } as unknown as Trace);
  expect(words).toEqual(next);
  expect([...rows.keys()]).toEqual([1]);
  // Row 4 of each head begins at 20 and 45; patches are its columns 1 and 2.
  expect(Array.from(rows.get(1)!.weights)).toEqual([21, 22, 46, 47]);
});
