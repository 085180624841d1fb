import * as ort from 'onnxruntime-web';
import type { Shelf } from '../../src/runtime/cache';
import { LocalEngine } from '../../src/runtime/engine';
import type { Place } from '../../src/runtime/opening';
import { library } from '../../src/runtime/own';
import { makeVerdicts } from '../../src/runtime/verdicts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Plain WebAssembly, as it runs in Node. */
export const nodePlace = (base: string, shelf: Shelf | null = null): Place => ({
  ort,
  machine: { gpu: null, gpuProblem: 'Node has no WebGPU', isolated: false, threads: 1 },
  forced: null,
  verdicts: makeVerdicts(shelf, base),
});

/** An engine there. */
export function nodeEngine(base: string, shelf: Shelf | null = null): LocalEngine {
  return new LocalEngine({
    ...nodePlace(base, shelf),
    base,
    ...library(shelf, base, (url) => fetch(url)),
  });
}
