import { describe, expect, it } from 'vitest';
import { differ, layout } from '../../src/charts/atlas/atlas';
import type { AtlasMap, AtlasRow } from '../../src/charts/atlas/atlas';
import { largestCrop, moveCrop, zoomCrop, zoomOf } from '../../src/charts/map/crop';
import { largest, logit, peak, percent, plain } from '../../src/charts/ink/format';
import { cropPlace } from '../../src/charts/ink/layers';
import { patchName, patchStep, patchUnder } from '../../src/charts/map/patches';
import { planStrip } from '../../src/charts/depth/strip';
import { toChips, toWords } from '../../src/charts/words/words';
import { doubleStrip, singleStrip, tokens } from '../gallery/data';

describe('numbers', () => {
  it('writes shares with the digits they deserve', () => {
    expect([0, 0.0004, 0.0163, 0.0994, 0.0996, 0.371, 1].map(percent)).toEqual([
      '0 %',
      '< 0.1 %',
      '1.6 %',
      '9.9 %',
      '10 %',
      '37 %',
      '100 %',
    ]);
  });

  it('writes minus signs', () => {
    expect([logit(-1.68), logit(2.94), plain(-0.123)]).toEqual(['−1.7', '2.9', '−0.12']);
  });

  it('finds the top of millions of values', () => {
    const many = new Float32Array(2_000_000);
    many[1_234_567] = 3;
    expect([largest(many), peak(many), largest([]), peak([])]).toEqual([3, 1_234_567, 0, -1]);
  });
});

const close = (box: readonly number[], expected: readonly number[]): void =>
  box.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));

describe('crop', () => {
  it('starts with the largest centred square', () => {
    close(largestCrop(300, 200), [1 / 6, 0, 2 / 3, 1]);
    expect(largestCrop(100, 400)).toEqual([0, 0.375, 1, 0.25]);
  });

  it('stays inside and keeps its shape', () => {
    const start = largestCrop(300, 200);
    const zoomed = zoomCrop(start, start, 2);
    close(zoomed, [1 / 3, 0.25, 1 / 3, 0.5]);
    close(moveCrop(zoomed, 5, -5), [2 / 3, 0, 1 / 3, 0.5]);
    expect(zoomOf(zoomed, start)).toBeCloseTo(2);
    expect(zoomOf(zoomCrop(zoomed, start, 99), start)).toBeCloseTo(8);
    close(zoomCrop(moveCrop(zoomed, 1, 1), start, 0.1), [1 / 3, 0, 2 / 3, 1]);
  });

  it('lies on the canvas where the view puts it', () => {
    expect(cropPlace([0.25, 0, 0.5, 1], [0, 0, 1, 1], 400, 200)).toEqual([100, 0, 200, 200]);
    expect(cropPlace([0.25, 0, 0.5, 1], [0.25, 0, 0.5, 1], 400, 200)).toEqual([0, 0, 400, 200]);
  });
});

describe('patches', () => {
  it('are named, stepped over and found', () => {
    expect(patchName(19, [8, 8])).toBe('row 3, column 4');
    expect(patchStep('ArrowDown', 19, [8, 8])).toBe(27);
    expect(patchStep('ArrowRight', 23, [8, 8])).toBe(23);
    expect(patchStep('Enter', 19, [8, 8])).toBeNull();
    expect(patchUnder(50, 30, [10, 10, 80, 80], [8, 8])).toBe(20);
    expect(patchUnder(9, 30, [10, 10, 80, 80], [8, 8])).toBeNull();
  });
});

describe('strip', () => {
  it('puts joint layers one after another', () => {
    const plan = planStrip(singleStrip);
    expect(plan.nodes.map((node) => [node.kind, node.column])).toEqual(
      [0, 1, 2, 3, 4, 5].map((c) => ['joint', c]),
    );
    expect([plan.fusion, plan.columns]).toEqual([0, 6]);
  });

  it('runs encoders side by side, then self- and co-attention in turn', () => {
    const plan = planStrip(doubleStrip);
    expect(plan.nodes.map((node) => node.column)).toEqual([0, 1, 0, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(plan.nodes.slice(4, 8).map((node) => node.kind)).toEqual(['self', 'self', 'cross', 'cross']);
    expect([plan.fusion, plan.columns]).toEqual([2, 6]);
  });

  it('lets a shorter encoder end where the longer one ends', () => {
    const plan = planStrip(doubleStrip.slice(1));
    expect(plan.nodes.map((node) => node.column).slice(0, 3)).toEqual([1, 0, 1]);
  });
});

describe('words', () => {
  it('puts the pieces of a word together', () => {
    const chips = toChips(tokens);
    expect(toWords(chips).map((word) => word.map((chip) => chip.text).join('|'))).toEqual([
      '[CLS]',
      'a',
      'red',
      'ball',
      'left',
      'of',
      'a',
      'qu|okka|s',
      'house',
      '[SEP]',
    ]);
  });

  it('keeps the place in the whole trace when the picture comes first', () => {
    const chips = toChips([{ stream: 'image', role: 'patch' }, ...tokens]);
    expect([chips[0].index, chips[0].order]).toEqual([1, 0]);
  });
});

describe('atlas', () => {
  const atlas = (map: AtlasMap | null, title = 'joint 1, head 1'): AtlasRow[] => [
    {
      id: '0',
      name: 'joint 1',
      direction: 'text queries → image keys',
      stage: 'fusion',
      cells: [{ id: '0.0', attention: 0, head: 0, column: '1', title, map }],
    },
  ];
  const map = (weight: number): AtlasMap => ({ kind: 'patches', grid: [1, 1], weights: [weight] });

  it('differs when more than its weights do', () => {
    expect(differ(atlas(map(0.1)), atlas(map(0.7)))).toBe(false);
    expect(differ(atlas(map(0.1)), atlas(null))).toBe(true);
    expect(differ(atlas(map(0.1)), atlas(map(0.1), 'joint 1, mean'))).toBe(true);
    expect(differ([], atlas(map(0.1)))).toBe(true);
  });

  it('fits its cells to the room, within bounds', () => {
    expect(layout(300, 5)).toEqual({ pitch: 60, gap: 6 });
    expect(layout(60, 5).pitch).toBe(28);
    expect(layout(5000, 5).pitch).toBe(64);
  });
});
