import { describe, expect, test } from 'vitest';
import { combine, spelledOut } from '../../src/attention/aggregate';
import { faults } from '../../src/attention/faults';
import { column, row } from '../../src/attention/select';
import { across, attentionOf, joint, tokens } from './example';

const back = attentionOf([5, 9], [0, 5], [Array.from({ length: 4 }, () => [0.2, 0.2, 0.2, 0.2, 0.2])]);
const modules = [joint, across, back];
const near = (values: number[]) => values.map((value) => expect.closeTo(value, 6) as number);

describe('heads put together', () => {
  test('are named once each: a mean stands for all heads of its module, and what the run lacks is left out', () => {
    const chosen = [
      { attention: 0, head: 'mean' as const },
      { attention: 0, head: 1 },
      { attention: 1, head: 0 },
      { attention: 1, head: 7 },
      { attention: 9, head: 0 },
    ];
    expect(spelledOut(modules, chosen)).toEqual([
      { attention: 0, heads: [0, 1] },
      { attention: 1, heads: [0] },
    ]);
    expect(combine(modules, [], 'mean')).toBeNull();
  });

  test('a mean over heads of one module', () => {
    const mean = combine(modules, [{ attention: 0, head: 'mean' }], 'mean')!;
    expect(mean.name).toBe('mean of 2 heads');
    expect(mean.visible).toBe('all');
    // "red" (row 1): head 0 gives the first patch 0.4, head 1 gives every key a ninth.
    expect([...row(mean, 0, [1], [5])!]).toEqual(near([(0.4 + 1 / 9) / 2]));
  });

  test('a maximum is the larger weight, key by key', () => {
    const most = combine(modules, [{ attention: 0, head: 'mean' }], 'maximum')!;
    expect([...row(most, 0, [1], [0, 3, 5])!]).toEqual(near([0.2, 1 / 9, 0.4]));
  });

  test('over a joint layer and a co-attention: rows that one of them lacks are means over the others', () => {
    const chosen = [
      { attention: 0, head: 0 },
      { attention: 1, head: 0 },
    ];
    const mean = combine(modules, chosen, 'mean')!;
    // "red" gives the first patch 0.4 and 1; the first patch is no query of the co-attention.
    expect([...row(mean, 0, [1], [5])!]).toEqual(near([0.7]));
    expect([...row(mean, 0, [5], [1])!]).toEqual(near([0.5]));
    for (let query = 0; query < 9; query++)
      expect(row(mean, 0, [query], [0, 1, 2, 3, 4, 5, 6, 7, 8])!.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test('what none of them has is no map of zeros', () => {
    const chosen = [
      { attention: 1, head: 0 },
      { attention: 2, head: 0 },
    ];
    const mean = combine(modules, chosen, 'mean')!;
    expect([mean.queries, mean.keys]).toEqual([
      [0, 9],
      [0, 9],
    ]);
    expect(row(mean, 0, [1], [5, 6, 7, 8])).not.toBeNull();
    expect(row(mean, 0, [1], [0, 1, 2, 3, 4])).toBeNull();
    expect(column(mean, 0, [5], [5, 6, 7, 8])).toBeNull();
  });
});

describe('faults', () => {
  test('are found with their place; a sound run has none', () => {
    expect(faults(modules)).toEqual([]);
    const data = joint.weights!.data.slice();
    data[81 + 9 * 2 + 6] = NaN;
    data[81 + 9 * 4] = Infinity;
    const broken = { ...joint, weights: { dims: joint.weights!.dims, data } };
    expect(faults([across, broken])).toEqual([{ attention: 1, head: 1, count: 2, query: 2, key: 6 }]);
    expect(tokens[2].text).toBe('dog');
  });
});
