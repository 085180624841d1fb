import { expect, it } from 'vitest';
import { Regions } from '../../src/state/input/regions.svelte';
import type { Box } from '../../src/trace/trace';

const boxes: Box[] = [
  [0, 0, 0.5, 0.5],
  [0.5, 0, 0.5, 0.5],
  [0, 0.5, 1, 0.5],
];
const held = () => ({
  identity: '0123456789abcdef',
  file: new File([], 'obj36.npz'),
  features: {
    boxes,
    vectors: { dims: [3, 2], data: Float32Array.from([1, 2, 3, 4, 5, 6]) },
    confidences: [0.9, 0.8, 0.7],
    origin: 'obj36.tsv',
  },
});

it('gives models the regions that are left, each with its own vector, where it lies now', () => {
  const regions = new Regions();
  regions.hold(held());
  expect(regions.features).toEqual(held().features);
  expect(regions.placed.map(({ row }) => row)).toEqual([0, 1, 2]);
  const moved: Box = [0.1, 0.5, 0.9, 0.5];
  regions.place([regions.placed[0], { row: 2, box: moved }]);
  expect(regions.features).toEqual({
    boxes: [boxes[0], moved],
    vectors: { dims: [2, 2], data: Float32Array.from([1, 2, 5, 6]) },
    confidences: [0.9, 0.7],
    origin: 'obj36.tsv',
  });
  regions.place(regions.placed.toSpliced(0, 1));
  expect([...regions.features!.vectors.data]).toEqual([5, 6]);
  regions.place(null);
  expect(regions.features).toEqual(held().features);
});

it('leaves out regions that the file has not, and forgets all of it with the picture', () => {
  const regions = new Regions();
  regions.draw([boxes[1]]);
  regions.hold(held());
  regions.place([
    { row: 7, box: boxes[0] },
    { row: 1, box: boxes[1] },
  ]);
  expect(regions.features?.vectors.dims).toEqual([1, 2]);
  regions.place([{ row: 7, box: boxes[0] }]);
  expect(regions.rows).toBeNull();
  regions.forget();
  expect([regions.boxes, regions.held, regions.features, regions.placed]).toEqual([null, null, null, []]);
});
