import { describe, expect, test } from 'vitest';
import { chooseBackend, report, type Machine } from '../../src/runtime/device';
import { judge } from '../../src/runtime/opening';
import type { Agreement } from '../../src/runtime/protocol';
import { makeVerdicts } from '../../src/runtime/trial/verdicts';
import { memoryShelf } from './shelf';

const machine = (changes: Partial<Machine> = {}): Machine => ({
  gpu: { name: 'Example GPU', fallback: false },
  gpuProblem: '',
  isolated: true,
  threads: 4,
  ...changes,
});
const none = machine({ gpu: null, gpuProblem: 'this browser offers no WebGPU' });
const software = machine({ gpu: { name: 'SwiftShader', fallback: true } });

describe('the rule', () => {
  test.each([
    [
      'a GPU',
      machine(),
      null,
      'webgpu',
      'WebGPU, because this machine has a GPU that the browser lets pages use.',
    ],
    ['no WebGPU', none, null, 'wasm', 'WebAssembly, because this browser offers no WebGPU.'],
    [
      'a software GPU',
      software,
      null,
      'wasm',
      'WebAssembly, because the only WebGPU adapter here is emulated in software.',
    ],
    ['a software GPU by request', software, 'webgpu', 'webgpu', 'WebGPU, because the address asks for it.'],
    ['WebAssembly by request', machine(), 'wasm', 'wasm', 'WebAssembly, because the address asks for it.'],
    [
      'an absent GPU by request',
      none,
      'webgpu',
      'wasm',
      'WebAssembly, because the address asks for WebGPU, but this browser offers no WebGPU.',
    ],
  ] as const)('%s', (_, offered, forced, kind, reason) =>
    expect(chooseBackend(offered, forced)).toMatchObject({ kind, reason }),
  );

  test('the device is the GPU or the number of threads', () => {
    expect(report(machine(), 'webgpu', 'so').device).toBe('Example GPU');
    expect(report(machine(), 'wasm', 'so').device).toBe('4 threads');
    expect(report(machine({ threads: 1 }), 'wasm', 'so').device).toBe('1 thread');
  });
});

describe('after the reference was run', () => {
  const ran = (milliseconds: number, difference = 1e-6): Agreement => ({
    difference,
    agrees: difference <= 1e-4,
    milliseconds,
  });
  test.each([
    ['WebGPU is right and sooner', ran(10), ran(30), 'webgpu', 'it answers a stored input as PyTorch does'],
    [
      'WebGPU is wrong',
      ran(10, 0.03),
      ran(30),
      'wasm',
      'WebGPU’s answer to a stored input differs from PyTorch by 3e-2',
    ],
    ['WebGPU is slower', ran(40), ran(30), 'wasm', 'it answers a stored input in 30 ms, WebGPU in 40 ms'],
    ['only WebAssembly is wrong', ran(40), ran(30, 1), 'webgpu', 'it answers'],
    ['WebGPU gives no number', ran(10, Infinity), ran(30), 'wasm', 'gives no number where PyTorch gives one'],
  ] as const)('%s', (_, gpu, wasm, kind, because) => {
    const verdict = judge(gpu, wasm);
    expect(verdict.kind).toBe(kind);
    expect(verdict.because).toContain(because);
  });
});

test('a verdict is remembered by its key, and nothing is without a shelf', async () => {
  const shelf = memoryShelf();
  const verdict = { kind: 'wasm', because: 'it is faster' } as const;
  await makeVerdicts(shelf, 'http://a.test/').keep('model|GPU|1.30', verdict);
  expect(await makeVerdicts(shelf, 'http://a.test/').find('model|GPU|1.30')).toEqual(verdict);
  expect(await makeVerdicts(shelf, 'http://a.test/').find('model|GPU|1.31')).toBeNull();
  await makeVerdicts(null, 'http://a.test/').keep('key', verdict);
  expect(await makeVerdicts(null, 'http://a.test/').find('key')).toBeNull();
});
