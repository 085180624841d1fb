import * as ort from 'onnxruntime-web';
import { Builds, type Loaders } from '../../src/runtime/trial/builds';
import type { Shelf } from '../../src/runtime/cache';
import type { Fetch } from '../../src/runtime/download';
import { LocalEngine } from '../../src/runtime/engine';
import type { Place } from '../../src/runtime/opening';
import { library } from '../../src/runtime/own/own';
import { makeVerdicts } from '../../src/runtime/trial/verdicts';

ort.env.logLevel = 'error';

/** In Node both builds are the one that has WebAssembly only. */
export const nodeLoaders: Loaders = { webgpu: () => Promise.resolve(ort), wasm: () => Promise.resolve(ort) };

/** Plain WebAssembly, as it runs in Node. */
export const nodePlace = (base: string, shelf: Shelf | null = null): Place => ({
  builds: new Builds(nodeLoaders, 1),
  machine: { gpu: null, gpuProblem: 'Node has no WebGPU', isolated: false, threads: 1 },
  forced: null,
  verdicts: makeVerdicts(shelf, base),
});

/** An engine there. */
export function nodeEngine(
  base: string,
  shelf: Shelf | null = null,
  fetcher: Fetch = (url) => fetch(url),
): LocalEngine {
  return new LocalEngine({ ...nodePlace(base, shelf), base, ...library(shelf, base, fetcher) });
}
