import bothMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import bothWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { serveEngine } from './serve';
import type { Ort } from './session';

/**
 * Threads load ort's own script: left to itself, ort would start this worker's bundle in each of them, and the tokenizer library would
 * point ort at a public CDN.
 */
function settle(ort: Ort, mjs: string, wasm: string): Ort {
  ort.env.wasm.wasmPaths = { mjs: new URL(mjs, import.meta.url), wasm: new URL(wasm, import.meta.url) };
  ort.env.logLevel = 'error';
  return ort;
}

serveEngine(
  {
    webgpu: async () => settle(await import('onnxruntime-web/webgpu'), bothMjs, bothWasm),
    wasm: async () => settle(await import('onnxruntime-web/wasm'), mjs, wasm),
  },
  self,
  navigator.locks,
);
