import * as ort from 'onnxruntime-web/webgpu';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { serveEngine } from './serve';

// Threads load ort's own script: left to itself, ort would start this worker's bundle in each of them, and the tokenizer library
// would point ort at a public CDN.
ort.env.wasm.wasmPaths = { mjs: new URL(mjs, import.meta.url), wasm: new URL(wasm, import.meta.url) };
ort.env.logLevel = 'error';

serveEngine(ort, self);
