import * as ort from 'onnxruntime-web/webgpu';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { inspectMachine, type BackendKind } from '../../src/runtime/device';
import type { Place } from '../../src/runtime/opening';
import { makeVerdicts } from '../../src/runtime/verdicts';
import { parityOf } from './parity';

ort.env.wasm.wasmPaths = { mjs: new URL(mjs, location.href), wasm: new URL(wasm, location.href) };
ort.env.logLevel = 'error';

export { ort };

/** A browser with one backend forced, without a worker between. */
export async function pagePlace(forced: BackendKind): Promise<Place> {
  const machine = await inspectMachine();
  ort.env.wasm.numThreads = machine.threads;
  return { ort, machine, forced, verdicts: makeVerdicts(null, location.origin) };
}

/** How far a shipped model is from PyTorch on its reference and two oracles. */
export async function pageParity(id: string, forced: BackendKind) {
  const oracles = await Promise.all(
    [1, 2].map(async (number) => {
      const response = await fetch(new URL(`../oracle/${id}-${number}.safetensors`, import.meta.url));
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
  return parityOf(await pagePlace(forced), `${location.origin}/`, id, oracles);
}
