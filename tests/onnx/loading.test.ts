import { expect, test } from 'vitest';
import type { External } from '../../src/onnx/file/external';
import { planLoading } from '../../src/onnx/file/loading';

const none = new Map<string, External[]>();
const beside = (length: number | null, offset = 0) =>
  new Map([['w.data', [{ weight: 'w', offset, length }]]]);
const GiB = 2 ** 30;

test('a model of 444 MB opens, and needs about twice its size', () => {
  const { needs, obstacle } = planLoading(444e6, none, new Map());
  expect(obstacle).toBeNull();
  expect(needs / 444e6).toBeGreaterThan(2);
  expect(needs / 444e6).toBeLessThan(3);
});

test('3.4 GiB of weights open, which the runtime took; 4.5 GiB do not, which it refused', () => {
  const plan = (size: number) => planLoading(1e6, beside(size), new Map([['w.data', size]])).obstacle;
  expect(plan(3.4 * GiB)).toBeNull();
  expect(plan(4.5 * GiB)).toBe(
    'The model has 4.5 GiB of weights and would need about 5.2 GiB inside WebAssembly, which has 4 GiB: store it in half precision, or take a smaller one.',
  );
});

test('weights beside a model stay on the disk: of them there is only what the runtime makes', () => {
  const plan = (memory: number) => planLoading(1e6, beside(1.2e9), new Map([['w.data', 1.2e9]]), memory);
  expect(plan(2 * GiB)).toEqual({ needs: 1e6 + 1.1 * 1.201e9 + 2 ** 28, obstacle: null });
  expect(plan(GiB).obstacle).toBe(
    'The model needs about 1.5 GiB of memory to be opened, and this device has 1.0 GiB.',
  );
});

test('a model larger than the device says how much it needs', () => {
  expect(planLoading(2e9, none, new Map(), 2 * GiB).obstacle).toBe(
    'The model needs about 4.2 GiB of memory to be opened, and this device has 2.0 GiB.',
  );
});

test('weights that did not come along, or not whole, are named', () => {
  expect(planLoading(1e6, beside(8), new Map()).obstacle).toBe(
    'The model keeps its weights in w.data, which did not come along: give both together.',
  );
  expect(planLoading(1e6, beside(8, 4096), new Map([['w.data', 4100]])).obstacle).toBe(
    'The model looks for weights up to byte 4104 of w.data, which has 4100 bytes: it was cut short, or belongs to another model.',
  );
  expect(planLoading(1e6, beside(null), new Map([['w.data', 1]])).obstacle).toBeNull();
});
