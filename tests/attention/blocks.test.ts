import { describe, expect, test } from 'vitest';
import { blocksOf, contentWithin, direction } from '../../src/attention/blocks';
import { across, attentionOf, joint, tokens } from './example';

describe('blocks', () => {
  test('a joint sequence has all four, query stream first', () => {
    expect(blocksOf(joint, tokens)).toEqual({
      tt: { queries: [0, 5], keys: [0, 5] },
      tv: { queries: [0, 5], keys: [5, 9] },
      vt: { queries: [5, 9], keys: [0, 5] },
      vv: { queries: [5, 9], keys: [5, 9] },
    });
  });

  test('a co-attention has one rectangle', () => {
    expect(blocksOf(across, tokens)).toEqual({ tv: { queries: [0, 5], keys: [5, 9] } });
  });

  test('an encoder of one stream has no cross-modal block', () => {
    const own = attentionOf([5, 9], [5, 9], [Array.from({ length: 4 }, () => [1, 0, 0, 0])]);
    expect(Object.keys(blocksOf(own, tokens))).toEqual(['vv']);
  });

  test('the image may come first', () => {
    const turned = [...tokens.slice(5), ...tokens.slice(0, 5)];
    expect(blocksOf(joint, turned).tv).toEqual({ queries: [4, 9], keys: [0, 4] });
  });

  test('rows are queries: text queries with image keys are named so, never "image to text"', () => {
    expect(direction('text', 'image')).toBe('text queries → image keys');
  });

  test('leaving the special tokens out moves no boundary: no patch becomes text', () => {
    expect(contentWithin(tokens, [0, 9], 'text')).toEqual([1, 2, 3]);
    expect(contentWithin(tokens, [0, 9], 'image')).toEqual([5, 6, 7, 8]);
  });
});
