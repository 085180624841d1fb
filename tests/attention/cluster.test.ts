import { describe, expect, test } from 'vitest';
import { averageLinkage, cut, itemsOf } from '../../src/attention/cluster';
import { distances, families, jensenShannon } from '../../src/attention/divergence';
import { oracleBytes } from '../support/oracle';
import { across, attentionOf, joint, tokens } from './example';

/** Answers of scipy: models/lab/oracles/linkage.py. */
const wanted = JSON.parse(new TextDecoder().decode(oracleBytes('linkage.json'))) as {
  rows: number[][][];
  distances: number[][];
  merges: [left: number, right: number, height: number, size: number][];
  leaves: number[];
  'at half': number[];
};
const flat = Float64Array.from(wanted.distances.flat());
const merges = averageLinkage(flat, wanted.distances.length);

describe('Jensen-Shannon distance', () => {
  test('is 0 for equal rows, 1 for rows that share nothing', () => {
    expect(jensenShannon([0.25, 0.75, 0], [0.25, 0.75, 0])).toBe(0);
    expect(jensenShannon([1, 0, 0], [0, 0.5, 0.5])).toBeCloseTo(1, 12);
  });

  test('of one key and half of it, by hand: the root of H(3/4, 1/4) − H(1/2, 1/2) / 2', () => {
    const mixed = -0.75 * Math.log2(0.75) - 0.25 * Math.log2(0.25);
    expect(jensenShannon([1, 0], [0.5, 0.5])).toBeCloseTo(Math.sqrt(mixed - 0.5), 12);
  });

  test('of heads is the mean over rows, as scipy has it', () => {
    const module = attentionOf(
      [5, 8],
      [0, 6],
      wanted.rows.map((head) => head),
    );
    const [family] = families([module], tokens);
    expect(family.queries).toEqual([5, 6, 7]);
    const steps = distances([module], family);
    let step = steps.next();
    while (!step.done) step = steps.next();
    step.value.forEach((value, i) => expect(value).toBeCloseTo(flat[i], 5));
  });
});

describe('families', () => {
  test('hold heads with the same queries and keys, over content queries, and are never of one head', () => {
    const found = families([joint, across, joint], tokens);
    expect(found).toHaveLength(1);
    expect(found[0].heads).toEqual(
      [0, 2].flatMap((attention) => [0, 1].map((head) => ({ attention, head }))),
    );
    expect(found[0].queries).toEqual([1, 2, 3, 5, 6, 7, 8]);
    expect(families([joint], tokens, 3)[0].queries).toEqual([1, 3, 6]);
    expect(families([{ ...joint, weights: null }], tokens)).toEqual([]);
  });
});

describe('average linkage', () => {
  test('is scipy’s', () => {
    wanted.merges.forEach(([left, right, height, size], step) => {
      expect(merges[step]).toEqual({ left, right, height: expect.closeTo(height, 9) as number, size });
    });
    expect(itemsOf(2 * merges.length, merges)).toEqual(wanted.leaves);
  });

  test('cut at a height leaves scipy’s groups', () => {
    const named = wanted['at half'];
    const groups = [...new Set(named)].map((group) =>
      named.flatMap((one, item) => (one === group ? [item] : [])),
    );
    const sorted = (some: number[][]) => some.map((items) => items.toSorted((a, b) => a - b).join()).sort();
    expect(sorted(cut(merges, 0.5))).toEqual(sorted(groups));
    expect(cut(merges, 1)).toEqual([wanted.leaves]);
    expect(cut(merges, 0)).toHaveLength(12);
  });

  test('of one item is that item, of three is worked out by hand', () => {
    expect(cut(averageLinkage(new Float64Array(1), 1), 0)).toEqual([[0]]);
    // 0 and 2 are nearest; 1 is 4 and 6 from them, 5 on average.
    const three = Float64Array.from([0, 4, 1, 4, 0, 6, 1, 6, 0]);
    expect(averageLinkage(three, 3)).toEqual([
      { left: 0, right: 2, height: 1, size: 2 },
      { left: 1, right: 3, height: 5, size: 3 },
    ]);
  });
});
