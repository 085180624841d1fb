import { expect, test } from 'vitest';
import { headOf, stepOf } from '../../src/state/panel/written';
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
  const { rows, words, overText, through } = stepOf({
    tokens,
    attentions: [pictured, joint],
    next,
  } as unknown as Trace);
  expect(words).toEqual(next);
  expect([...rows.keys()]).toEqual([1]);
  // Row 4 of each head begins at 20 and 45; patches are its columns 1 and 2.
  expect(Array.from(rows.get(1)!.weights)).toEqual([21, 22, 46, 47]);
  // Words are columns 0, 3 and 4; the module of patches alone has none.
  expect(overText.get(1)!.text).toHaveLength(3);
  expect(through).toBeNull();
  expect([...overText.keys()]).toEqual([1]);
  expect(Array.from(overText.get(1)!.weights)).toEqual([20, 23, 24, 45, 48, 49]);
  expect(Array.from(headOf(overText.get(1)!, 1))).toEqual([45, 48, 49]);
  expect(Array.from(headOf(overText.get(1)!, 'mean'))).toEqual([32.5, 35.5, 36.5]);
});

test('where a question is read apart, its rows over the patches are weighed by what the answer’s word gave its words', () => {
  const word: Token = { stream: 'text', role: 'word' };
  const tokens: Token[] = [
    ...[word, word],
    { stream: 'text', role: 'cls', written: true },
    { stream: 'text', role: 'word', written: true },
    ...[0, 1].map((): Token => ({ stream: 'image', role: 'patch' })),
  ];
  const module = { graph: 'model', layer: 0, depth: 0, stage: 'fusion', visible: 'all' } as const;
  const attention = (name: string, queries: [number, number], keys: [number, number], data: number[]) => {
    const dims = [data.length / 4, 2, 2];
    return {
      ...module,
      name,
      queries,
      keys,
      heads: dims[0],
      weights: { dims, data: Float32Array.from(data) },
    };
  };
  const { rows, overText, through } = stepOf({
    tokens,
    attentions: [
      attention('question → image 1', [0, 2], [4, 6], [0.2, 0.8, 0.6, 0.4]),
      attention('answer → question 1', [2, 4], [0, 2], [1, 0, 0.2, 0.8, 0, 1, 0.4, 0.6]),
    ],
    next: [],
  } as unknown as Trace);
  expect(through).toBe(1);
  // The mean of the last word's two rows is 0.3 and 0.7: 0.3 · 0.2 + 0.7 · 0.6, and 0.3 · 0.8 + 0.7 · 0.4.
  const [first, second] = rows.get(0)!.weights;
  expect(first).toBeCloseTo(0.48, 6);
  expect(second).toBeCloseTo(0.52, 6);
  expect([...overText.keys()]).toEqual([1]);
  expect(overText.get(1)!.text).toEqual([word, word]);
});
