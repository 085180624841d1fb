import { describe, expect, test } from 'vitest';
import { visibleKeys } from '../../src/attention/rows';
import { statistics } from '../../src/attention/statistics';
import type { Token } from '../../src/trace/trace';
import { across, attentionOf, joint, tokens } from './example';

const text = statistics(joint, tokens, 'text')!;
const image = statistics(joint, tokens, 'image')!;

describe('statistics', () => {
  test('one for each head, not for each layer', () => {
    expect(text).toHaveLength(2);
  });

  test('shares are parts of the mass of content queries', () => {
    expect(text[0].shares.text).toBeCloseTo((0.2 + 0.3 + 0.3) / 3, 6);
    expect(text[0].shares.image).toBeCloseTo(0.4, 6);
    expect(text[0].shares.special).toBeCloseTo((0.4 + 0.3 + 0.3) / 3, 6);
    expect(image[0].shares.text).toBeCloseTo((0.5 + 0.5 + 1 + 0) / 4, 6);
    expect(image[0].shares.image).toBeCloseTo((0.5 + 0.5 + 0 + 0.5) / 4, 6);
  });

  test('even attention prefers no stream, however many keys each has', () => {
    expect(text[1].preference.value).toBeCloseTo(0, 5);
    expect(image[1].preference.value).toBeCloseTo(0, 5);
    expect(text[1].shares.image).toBeCloseTo(4 / 9, 6);
  });

  test('preference is the ratio of masses per content key, own stream included on both sides', () => {
    const perText = 0.8 / 3 / 3;
    const perImage = 0.4 / 4;
    expect(text[0].preference.value).toBeCloseTo(Math.log2(perImage / perText), 5);
    expect(image[0].preference.value).toBeCloseTo(Math.log2(0.5 / 3 / (0.375 / 4)), 5);
  });

  test('in co-attention the preference is fixed by design, never 1', () => {
    const [head] = statistics(across, tokens, 'text')!;
    expect(head.preference).toEqual({
      value: null,
      reason: 'fixed by design: these queries see image keys only',
    });
    expect(head.self.reason).toBe('queries and keys are different streams');
    expect(statistics(across, tokens, 'image')).toBeNull();
  });

  test('entropy is 1 when even and 0 on one key; effective keys tell four of 4 from four of 8', () => {
    expect(text[1].entropy.value).toBeCloseTo(1, 5);
    expect(text[1].effective).toBeCloseTo(9, 4);
    const [head] = statistics(across, tokens, 'text')!;
    expect(head.entropy.value).toBeCloseTo((0 + 0 + 1) / 3, 6);
    expect(head.effective).toBeCloseTo((1 + 1 + 4) / 3, 5);
  });

  test('entropy is blank for a single key', () => {
    const single = attentionOf([1, 3], [5, 6], [[[1], [1]]]);
    expect(statistics(single, tokens, 'text')![0].entropy.reason).toBe('every query sees a single key');
  });

  test('the sink is the key that receives most on average', () => {
    expect(text[0].sink.position).toBe(0);
    expect(text[0].sink.share).toBeCloseTo((0.2 + 0.1 + 0.3) / 3, 6);
    expect(image[0].sink).toEqual({ share: expect.closeTo(0.375, 6) as number, position: 1 });
  });

  test('distance is in widths of what the model sees, over image keys renormalised', () => {
    // Patch 5 looks at itself, 6 at 7 (one right, one down: √2 / 2 widths), 7 at no patch, 8 at 5 (the same diagonal).
    expect(image[0].distance.value).toBeCloseTo((0 + Math.SQRT1_2 + Math.SQRT1_2) / 3, 6);
    expect(text[0].distance.reason).toBe('words have no place in the picture');
  });

  test('the end of a row of patches and the start of the next are far apart', () => {
    const row = Array.from({ length: 12 }, (_, i): Token => {
      const box = [(i % 4) / 4, Math.floor(i / 4) / 3, 1 / 4, 1 / 3] as const;
      return { stream: 'image', role: 'patch', image: 0, box };
    });
    const next = Array.from({ length: 12 }, (_, q) =>
      Array.from({ length: 12 }, (_, k) => (k === (q + 1) % 12 ? 1 : 0)),
    );
    const [head] = statistics(attentionOf([0, 12], [0, 12], [next]), row, 'image')!;
    const wrap = Math.hypot(3, 1) / 4;
    expect(head.distance.value).toBeCloseTo((9 * 0.25 + 2 * wrap + Math.hypot(3, 2) / 4) / 12, 6);
    expect(head.next.reason).toBe('patches lie in a plane: the next in raster order may be far away');
  });

  test('regions of different sizes have no distance', () => {
    const regions: Token[] = [
      { stream: 'image', role: 'region', box: [0, 0, 0.5, 0.5] },
      { stream: 'image', role: 'region', box: [0, 0, 1, 1] },
    ];
    const two = attentionOf(
      [0, 2],
      [0, 2],
      [
        [
          [1, 0],
          [0, 1],
        ],
      ],
    );
    expect(statistics(two, regions, 'image')![0].distance.reason).toBe(
      'regions of different sizes have no common measure',
    );
  });

  test('self, previous and next count content neighbours only', () => {
    expect(text[0].self.value).toBeCloseTo((0.1 + 0 + 0) / 3, 6);
    expect(text[0].previous.value).toBeCloseTo((0.3 + 0.2) / 2, 6);
    expect(text[0].next.value).toBeCloseTo((0.1 + 0) / 2, 6);
    expect(image[0].self.value).toBeCloseTo(0.5 / 4, 6);
  });

  test('a causal query sees itself and what is before', () => {
    const causal = { ...joint, visible: 'causal' as const };
    expect([0, 4, 8].map((query) => visibleKeys(causal, query))).toEqual([1, 5, 9]);
    expect(visibleKeys({ ...joint, visible: Uint8Array.from([1, 1, 1, 0, 0, 0, 0, 0, 0]) }, 4)).toBe(3);
  });

  test('weights that were not asked for have no statistics', () => {
    expect(statistics({ ...joint, weights: null }, tokens, 'text')).toBeNull();
  });
});
