import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findAttention } from '../../src/onnx/find';
import { readModel } from '../../src/onnx/reader';
import { joinBytes } from '../../src/onnx/wire';
import { input, model, node, output } from './build';
import { tiny } from './tiny';

test('200,000 nodes, every fourth a softmax, are searched in seconds', () => {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < 50_000; i++)
    parts.push(
      node('MatMul', [`x${i}`, `x${i}`], [`s${i}`]),
      node('Softmax', [`s${i}`], [`p${i}`]),
      node('MatMul', [`p${i}`, `x${i}`], [`c${i}`]),
      node('Add', [`c${i}`, `x${i}`], [`x${i + 1}`]),
    );
  const file = model([input('x0', [1, 8, 8]), joinBytes(parts), output('x50000')]);
  const start = performance.now();
  expect(findAttention(readModel(file)).attentions).toHaveLength(50_000);
  expect(performance.now() - start).toBeLessThan(40_000);
}, 120_000);

test('whatever the bytes, it finds or says one sentence', () => {
  const damage = fc.record({
    at: fc.nat(tiny.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  fc.assert(
    fc.property(damage, ({ at, bytes }) => {
      const broken = tiny.slice();
      broken.set(bytes.subarray(0, tiny.length - at), at);
      try {
        findAttention(readModel(broken));
      } catch (error) {
        expect((error as Error).constructor).toBe(Error);
        expect((error as Error).message).toMatch(/^(The|Two) .*\.$/s);
      }
    }),
    { numRuns: 300 },
  );
});
