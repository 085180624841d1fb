import { describe, expect, it } from 'vitest';
import { differ } from '../../src/charts/atlas/atlas';
import type { AtlasRow } from '../../src/charts/atlas/atlas';
import type { AtlasMap } from '../../src/charts/atlas/raster';
import { fits, planAtlas } from '../../src/charts/atlas/plan';
import { fullAttention } from '../../src/charts/ink/ramp';
import { verdictOf } from '../../src/charts/score/verdict';
import { largestCrop, moveCrop, zoomCrop, zoomOf } from '../../src/charts/map/crop';
import { largest, logit, peak, percent, plain } from '../../src/charts/ink/format';
import { cornerOf, headingOf, nameOf } from '../../src/charts/ink/names';
import { cropPlace } from '../../src/charts/ink/layers';
import { patchName, patchStep, patchUnder } from '../../src/charts/map/patches';
import { planStrip } from '../../src/charts/depth/strip';
import { toChips, toWords } from '../../src/charts/words/words';
import { doubleStrip, grouped, singleStrip, tokens } from '../gallery/data';

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
  const row = (map: AtlasMap | null, title = 'joint 1, head 1'): AtlasRow => ({
    id: '0',
    name: 'joint 1',
    direction: 'text queries → image keys',
    stage: 'fusion',
    queries: ['text', 'image'],
    keys: ['text', 'image'],
    cells: [{ id: '0.0', attention: 0, head: 0, column: '1', title, map }],
  });
  const atlas = (map: AtlasMap | null, title?: string) => grouped([row(map, title)]);
  const map = (weight: number): AtlasMap => ({ kind: 'patches', grid: [1, 1], weights: [weight], even: 1 });
  /** As many modules as a model of a kind has, of one stage or of several. */
  const model = (text: number, image: number, fusion: number) =>
    (
      [
        ['text', text],
        ['image', image],
        ['fusion', fusion],
      ] as const
    )
      .map(([stage, size]) => ({
        stage,
        rows: Array.from({ length: size }, (_, at) => ({ name: `joint ${at + 1}` })),
      }))
      .filter(({ rows }) => rows.length > 0);

  it('differs when more than its weights do', () => {
    expect(differ(atlas(map(0.1)), atlas(map(0.7)))).toBe(false);
    expect(differ(atlas(map(0.1)), atlas(null))).toBe(true);
    expect(differ(atlas(map(0.1)), atlas(map(0.1), 'joint 1, mean'))).toBe(true);
    expect(differ([], atlas(map(0.1)))).toBe(true);
    const folded = atlas(map(0.1)).map((group) => ({ ...group, open: false, rows: [] }));
    expect(differ(atlas(map(0.1)), folded)).toBe(true);
  });

  it.each([
    ['2 × 4 heads', model(0, 0, 2), 5],
    ['12 × 12 heads', model(0, 0, 12), 13],
    ['24 × 16 heads', model(0, 0, 24), 17],
    ['36 modules of 12 heads, in three stages', model(12, 12, 12), 13],
  ])('of %s lies within 330 × 400 px, no cell on another', (_, groups, columns) => {
    const plan = planAtlas({ width: 330, height: 440 }, groups, columns);
    expect(plan.names + plan.width).toBeLessThanOrEqual(330);
    const lower = plan.tops.slice(1).map((top, at) => top - plan.tops[at]);
    expect(Math.min(plan.pitch, ...lower)).toBe(plan.pitch);
    expect(plan.pitch).toBeGreaterThanOrEqual(11);
    expect(plan.pitch * plan.every).toBeGreaterThanOrEqual(16);
    if (plan.tops.length <= 24) expect(plan.height).toBeLessThanOrEqual(420);
  });

  it('shows all stages where there is room for them, else fusion alone', () => {
    expect(fits({ width: 400, height: 600 }, 5, [2, 2, 8])).toBe(true);
    expect(fits({ width: 330, height: 340 }, 5, [2, 2, 8])).toBe(false);
    expect(fits({ width: 330, height: 400 }, 13, [12, 12, 12])).toBe(false);
  });

  /** As many layers of two streams that look into each other, after as many of each by itself. */
  const dual = (layers: number, encoders: number) =>
    [
      { stage: 'text' as const, rows: numbered(encoders, 'text') },
      { stage: 'image' as const, rows: numbered(encoders, 'image') },
      {
        stage: 'fusion' as const,
        rows: numbered(layers, 'fusion text', 'fusion image', 'text → image', 'image → text'),
      },
    ].filter(({ rows }) => rows.length > 0);
  const numbered = (layers: number, ...kinds: string[]) =>
    Array.from({ length: layers }, (_, layer) =>
      kinds.map((kind) => ({ name: `${kind} ${layer + 1}` })),
    ).flat();
  const folded = (groups: ReturnType<typeof dual>) =>
    groups.map((group) => (group.stage === 'fusion' ? group : { ...group, rows: [] }));

  it.each([
    [
      'METER-mini in half of 1024 px',
      [242, 304],
      folded(dual(2, 2)),
      5,
      ['txt 1', 'img 1', 'txt→img 1', 'img→txt 1'],
    ],
    ['LXMERT-mini there', [242, 304], dual(2, 0), 7, ['txt 1', 'img 1', 'txt→img 1', 'img→txt 1']],
    [
      'METER-mini in half of 1440 px',
      [354, 382],
      folded(dual(2, 2)),
      5,
      ['fusion text 1', 'fusion image 1', 'text → image 1', 'image → text 1'],
    ],
    [
      'two streams of 12 heads in half of 1280 px',
      [309, 304],
      folded(dual(6, 6)),
      13,
      ['fusion text 1', 'fusion image 1', 'text → image 1', 'image → text 1'],
    ],
    [
      'the same in half of 1024 px, where letters alone have room',
      [242, 304],
      folded(dual(6, 6)),
      13,
      ['t 1', 'i 1', 't→i 1', 'i→t 1'],
    ],
    ['joint layers in half of 1024 px', [242, 304], model(0, 0, 6), 5, ['1', '2', '3', '4']],
  ] as const)('names the modules of %s', (_, [width, height], groups, columns, names) => {
    const plan = planAtlas({ width, height }, groups, columns);
    const group = groups.find(({ stage }) => stage === 'fusion')!;
    expect(group.rows.slice(0, 4).map(({ name }) => nameOf(name, group, plan.brevity))).toEqual(names);
    expect(plan.names + plan.width).toBeLessThanOrEqual(width);
  });

  it('says over names what they leave out', () => {
    const [joint] = model(0, 0, 6);
    expect([cornerOf([joint], 'under'), cornerOf([joint], 'whole')]).toEqual(['joint', '']);
    expect(cornerOf(dual(2, 0), 'brief')).toBe('fusion');
    const [text, , fusion] = dual(2, 2);
    expect([headingOf(text, 'brief'), headingOf(fusion, 'brief'), headingOf(joint, 'brief')]).toEqual([
      '',
      '',
      'joint',
    ]);
    expect([nameOf('text 2', text, 'under'), nameOf('layer.2', joint, 'brief')]).toEqual(['2', 'layer.2']);
  });

  it('gives a map that finds nothing half of the ramp at most', () => {
    expect(fullAttention(0.42, 0.013)).toBe(0.42);
    expect(0.01 / fullAttention(0.01, 0.013)).toBeLessThan(0.5);
    expect(0.013 / fullAttention(0.013, 0.013)).toBe(0.5);
  });
});

describe('a verdict', () => {
  it.each([
    [2.9, -1.7, 'logit', 'Fits, 95 %', 'prefers the caption by 4.6', false],
    [-0.4, 3.4, 'logit', 'Does not fit, 40 %', 'prefers the foil by 3.8', true],
    [-7.4, -9.1, 'logit', 'Does not fit, < 0.1 %', 'prefers the caption by 1.7', false],
    [1, 1.01, 'logit', 'Fits, 73 %', 'does not tell the two apart', false],
    [2, null, 'logit', 'Fits, 88 %', '', false],
    [31.2, 29.9, 'similarity', 'Similarity 31.2', 'prefers the caption by 1.3', false],
    [31.2, null, 'similarity', 'Similarity 31.2', 'says little without a foil', false],
    [null, null, 'logit', 'No score yet', '', false],
  ] as const)('of %s and %s, a %s: %s; %s', (caption, foil, kind, fit, preference, loses) => {
    expect(verdictOf(caption, foil, kind)).toEqual({ fit, preference, loses });
  });

  it('says of a model that was given no picture that its answer is of none', () => {
    expect(verdictOf(0.04, null, 'logit', true, 'blind').fit).toBe('Given no picture: fits, 51 %');
    expect(verdictOf(-0.04, -1, 'logit', true, 'blind')).toMatchObject({
      fit: 'Given no picture: does not fit, 49 %',
      preference: 'prefers the caption by 1.0',
    });
  });

  it('does not promise a score that will never come', () => {
    expect(verdictOf(null, null, 'logit', false).fit).toBe('No score');
  });
});
