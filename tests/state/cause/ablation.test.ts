import { describe, expect, it } from 'vitest';
import {
  blocksIn,
  isOff,
  masksOf,
  nothingOff,
  sayCount,
  sayPart,
  toggled,
} from '../../../src/state/cause/ablation';
import type { Cuts, Part } from '../../../src/state/cause/ablation';
import type { Attention, Slice, Token, Trace } from '../../../src/trace/trace';

const text: Slice = [0, 2];
const all: Slice = [0, 5];
const image: Slice = [2, 5];

/** Two words, then three patches. */
const tokens: Token[] = [
  { stream: 'text', role: 'cls' },
  { stream: 'text', role: 'word' },
  ...[0, 1, 2].map((): Token => ({ stream: 'image', role: 'patch' })),
];

const module = (queries: Slice, keys: Slice): Attention => ({
  graph: 'model',
  layer: 0,
  depth: 0,
  stage: 'fusion',
  name: 'joint 1',
  queries,
  keys,
  visible: 'all',
  heads: 2,
  weights: null,
});

/** A joint layer, then words that look at patches. */
const trace = { tokens, attentions: [module(all, all), module(text, image)] } as unknown as Trace;
const cuts = (parts: Part[], renormalise = false): Cuts => ({ parts, renormalise });
const numbers = (data: Float32Array | undefined) => data && [...data];

describe('masks', () => {
  it('are one number a head where only heads are off', () => {
    const [mask] = masksOf(cuts([{ attention: 1, off: 0 }]), trace);
    expect(mask.attention).toBe(1);
    expect(mask.factor?.dims).toEqual([2, 1, 1]);
    expect(numbers(mask.factor?.data)).toEqual([0, 1]);
    expect(mask.term).toBeUndefined();
  });

  it('are a rectangle of zeros for a block, the rest of the row as it was', () => {
    const [mask] = masksOf(cuts([{ attention: 0, off: 'tv' }]), trace);
    expect(mask.factor?.dims).toEqual([1, 5, 5]);
    // prettier-ignore
    expect(numbers(mask.factor?.data)).toEqual([
      1, 1, 0, 0, 0,
      1, 1, 0, 0, 0,
      1, 1, 1, 1, 1,
      1, 1, 1, 1, 1,
      1, 1, 1, 1, 1,
    ]);
    expect(mask.term).toBeUndefined();
  });

  it('are a term before the softmax where the rest of a row is to take what the block had', () => {
    const [mask] = masksOf(cuts([{ attention: 0, off: 'vt' }], true), trace);
    expect(mask.factor).toBeUndefined();
    // prettier-ignore
    expect(numbers(mask.term?.data)).toEqual([
      0, 0, 0, 0, 0,
      0, 0, 0, 0, 0,
      -1e4, -1e4, 0, 0, 0,
      -1e4, -1e4, 0, 0, 0,
      -1e4, -1e4, 0, 0, 0,
    ]);
  });

  it('leave a row at nothing when all of its keys are cut: a softmax over equal terms would be no cut', () => {
    const whole = masksOf(cuts([{ attention: 1, off: 'tv' }], true), trace)[0];
    expect(whole.term).toBeUndefined();
    expect(numbers(whole.factor?.data)).toEqual([0, 0, 0, 0, 0, 0]);
    const both = masksOf(
      cuts(
        [
          { attention: 0, off: 'tt' },
          { attention: 0, off: 'tv' },
          { attention: 0, off: 'vv' },
        ],
        true,
      ),
      trace,
    )[0];
    // prettier-ignore
    expect(numbers(both.factor?.data)).toEqual([
      0, 0, 0, 0, 0,
      0, 0, 0, 0, 0,
      1, 1, 1, 1, 1,
      1, 1, 1, 1, 1,
      1, 1, 1, 1, 1,
    ]);
    // prettier-ignore
    expect(numbers(both.term?.data)).toEqual([
      0, 0, 0, 0, 0,
      0, 0, 0, 0, 0,
      0, 0, -1e4, -1e4, -1e4,
      0, 0, -1e4, -1e4, -1e4,
      0, 0, -1e4, -1e4, -1e4,
    ]);
  });

  it('join the heads and the blocks of one module, and come in the order of the modules', () => {
    const parts: Part[] = [
      { attention: 1, off: 0 },
      { attention: 0, off: 1 },
      { attention: 0, off: 'tt' },
    ];
    const masks = masksOf(cuts(parts), trace);
    expect(masks.map(({ attention }) => attention)).toEqual([0, 1]);
    expect(masks[0].factor?.dims).toEqual([2, 5, 5]);
    const data = numbers(masks[0].factor?.data);
    expect(data?.slice(0, 10)).toEqual([0, 0, 1, 1, 1, 0, 0, 1, 1, 1]);
    expect(data?.slice(25)).toEqual(Array(25).fill(0));
  });

  it('are none when nothing is off', () => {
    expect(masksOf(nothingOff, trace)).toEqual([]);
  });
});

describe('parts', () => {
  const head: Part = { attention: 0, off: 1 };
  const block: Part = { attention: 0, off: 'tv' };

  it('go off and on again', () => {
    const once = toggled(nothingOff, [head]);
    expect(isOff(once, [head])).toBe(true);
    expect(isOff(once, [head, block])).toBe(false);
    expect(toggled(once, [head, block]).parts).toEqual([head, block]);
    expect(toggled(once, [{ ...head }])).toEqual(nothingOff);
  });

  it('are named as people count', () => {
    expect(sayPart(head, { name: 'joint 3', blocks: 4 })).toBe('joint 3, head 2');
    expect(sayPart(block, { name: 'joint 3', blocks: 4 })).toBe('joint 3, text → image');
    expect(sayPart(block, { name: 'text → image 1', blocks: 1 })).toBe('text → image 1');
    expect(sayCount(cuts([head, { attention: 2, off: 0 }, block]))).toBe('2 heads and 1 block off');
    expect(sayCount(cuts([head]))).toBe('1 head off');
    expect(sayCount(nothingOff)).toBe('');
  });

  it('have the blocks that streams make', () => {
    const both = ['text', 'image'] as const;
    expect(blocksIn({ queries: both, keys: both })).toEqual(['tt', 'tv', 'vt', 'vv']);
    expect(blocksIn({ queries: ['image'], keys: ['text'] })).toEqual(['vt']);
  });
});
