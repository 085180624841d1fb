import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { gather } from '../../src/onnx/change/expose';
import { findAttention } from '../../src/onnx/find/find';
import { mask } from '../../src/onnx/change/mask';
import type { Patch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { sketchModel } from '../../src/onnx/file/sketch';

/** Bytes in use by this process's JavaScript, buffers included. */
function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Throws away what nothing holds any more. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

interface Made {
  /** The model without its weights, and what to change in it. */
  sketch: Uint8Array<ArrayBuffer>;
  patch: Patch;
  attentions: number;
  /** The most memory that it took, in bytes. */
  extra: number;
  /** What indexing and patching took together, and what the search for attention took between them. */
  milliseconds: number;
  finding: number;
}

/** Sketches and indexes a file as the page does, finds its attentions, and makes the patch that shows and masks them all. */
export async function makePatch(file: Uint8Array): Promise<Made> {
  collect();
  const before = inUse();
  const start = performance.now();
  const { bytes: sketch } = await sketchModel(file);
  const model = readModel(sketch);
  const read = performance.now();
  const indexed = inUse();
  const { attentions } = findAttention(model);
  const found = inUse();
  const next = performance.now();
  const draft = startDraft(model);
  const shown = attentions.map(({ tensor }) => mask(draft, tensor!).shown);
  gather(draft, shown, 'maps');
  const patch = finishDraft(draft);
  const end = performance.now();
  return {
    sketch,
    patch,
    attentions: attentions.length,
    extra: Math.max(indexed, found, inUse()) - before,
    milliseconds: read - start + (end - next),
    finding: next - read,
  };
}
