import { percent, signed } from '../../src/charts/ink/format';
import type { AxisToken, Cells } from '../../src/charts/matrix/matrix';
import type { ScatterPoint } from '../../src/charts/scatter/scatter';
import type { Column, Row } from '../../src/charts/table/table';
import type { Join } from '../../src/charts/tree/tree';

/** Columns of a table: a name, a share whose tick is chance, a change that may be below zero. */
export const columns: readonly Column[] = [
  { id: 'head', name: 'head', help: 'Module and head.' },
  {
    id: 'pointing',
    name: 'pointing',
    help: 'Share of nouns whose strongest patch lies on the object.',
    source: { title: 'after Zhang et al. 2016', address: 'https://arxiv.org/abs/1608.00507' },
    format: percent,
    domain: [0, 1],
  },
  { id: 'score', name: 'Δ score', help: 'Change when the head is off.', format: signed, domain: [-2, 2] },
];

const figures: readonly [name: string, stage: Row['stage'], pointing: number | null, score: number][] = [
  ['joint 1, head 1', 'fusion', 0.25, -0.5],
  ['joint 1, head 2', 'fusion', 0.75, -2],
  ['text 1, head 1', 'text', null, 1],
];

export const rows: readonly Row[] = figures.map(([title, stage, pointing, score], at) => ({
  id: `row ${at}`,
  title,
  stage,
  cells: {
    head: { value: title },
    pointing:
      pointing === null ? { value: null, reason: 'it has no image keys' } : { value: pointing, even: 0.5 },
    score: { value: score },
  },
}));

/** Corners and the middle of a square, so that places on round axes are known. */
export const points: readonly ScatterPoint[] = [
  { id: 'low', title: 'joint 1, head 1', stage: 'fusion', x: 0, y: 0 },
  { id: 'middle', title: 'text 1, head 2', stage: 'text', x: 0.5, y: 0.5 },
  { id: 'high', title: 'image 1, head 1', stage: 'image', x: 1, y: 1 },
];

/** Three heads, 0.1, 0.4 and 0.6 apart: by mean distance the first two join at 0.1, the third at (0.4 + 0.6) / 2. */
export const leaves = ['joint 1, head 1', 'joint 1, head 2', 'text 1, head 1'].map((title, at) => ({
  id: `leaf ${at}`,
  title,
  short: title,
  stage: at < 2 ? ('fusion' as const) : ('text' as const),
}));
export const joins: readonly Join[] = [
  { left: 0, right: 1, height: 0.1 },
  { left: 3, right: 2, height: 0.5 },
];

const axis = (names: readonly string[]): AxisToken[] =>
  names.map((short) => ({ title: `“${short}”`, short, stream: short.includes('·') ? 'image' : 'text' }));
export const queries = axis(['a', 'ball', '1·1']);
export const keys = axis(['a', 'ball', '1·1', '2·1']);
/** Rows that sum to 1; the last may not look at the first key. */
export const cells: Cells = {
  rows: 3,
  columns: 4,
  data: Float32Array.of(0.75, 0.25, 0, 0, 0.25, 0.25, 0.25, 0.25, 0, 0, 0.5, 0.5),
  seen: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1),
};
