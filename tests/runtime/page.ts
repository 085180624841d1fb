import * as plain from 'onnxruntime-web/wasm';
import * as ort from 'onnxruntime-web/webgpu';
import bothMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import bothWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { Builds, type Loaders } from '../../src/runtime/trial/builds';
import { inspectMachine, type BackendKind } from '../../src/runtime/device';
import type { Place } from '../../src/runtime/opening';
import { makeVerdicts } from '../../src/runtime/trial/verdicts';
import { parityOf } from './parity';

ort.env.wasm.wasmPaths = { mjs: new URL(bothMjs, location.href), wasm: new URL(bothWasm, location.href) };
plain.env.wasm.wasmPaths = { mjs: new URL(mjs, location.href), wasm: new URL(wasm, location.href) };
for (const { env } of [ort, plain]) env.logLevel = 'error';

export { ort };
export const pageLoaders: Loaders = {
  webgpu: () => Promise.resolve(ort),
  wasm: () => Promise.resolve(plain),
};

/** A browser with one backend forced, without a worker between. */
export async function pagePlace(forced: BackendKind): Promise<Place> {
  const machine = await inspectMachine();
  return {
    builds: new Builds(pageLoaders, machine.threads),
    machine,
    forced,
    verdicts: makeVerdicts(null, location.origin),
  };
}

/** How far a shipped model is from PyTorch on its reference and two oracles, and the model, still open. */
export async function pageParity(id: string, forced: BackendKind) {
  const oracles = await Promise.all(
    [1, 2].map(async (number) => {
      const response = await fetch(new URL(`../oracle/${id}-${number}.safetensors`, import.meta.url));
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
  return parityOf(await pagePlace(forced), `${location.origin}/`, id, oracles);
}
