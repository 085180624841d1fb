import type { External } from './external';

/** What it takes to open a model. */
export interface Loading {
  /** Bytes of memory while it is opened: its own file, and what the runtime makes of all weights; those beside it stay on the disk (see `FileBytes`). */
  needs: number;
  /** Why it cannot be opened, in one sentence; null when it can. */
  obstacle: string | null;
}

/** WebAssembly addresses 4 GiB. */
const addressed = 2 ** 32;
/**
 * What onnxruntime-web 1.30 holds for each byte of a weight in a file beside the model, and for everything else: models of 0.25 to
 * 3.75 GiB took 1.05 times their weights, one of 4.5 GiB was refused. Weights inside of the model take 2.3 times: see `sketchModel`.
 */
const [share, rest] = [1.1, 2 ** 28];

/**
 * Whether a model can be opened, decided before its weights are read.
 * @param bytes length of the model file
 * @param external weights that lie beside it, by path, as `listExternal` says
 * @param given bytes of each file that came along, by the path that the model names it by
 * @param memory bytes of memory that the device has, where it says so
 */
export function planLoading(
  bytes: number,
  external: ReadonlyMap<string, readonly External[]>,
  given: ReadonlyMap<string, number>,
  memory = Infinity,
): Loading {
  const sizes = [...external.keys()].map((path) => given.get(path) ?? 0);
  const weights = sizes.reduce((sum, size) => sum + size, bytes);
  const runtime = share * weights + rest;
  const needs = bytes + runtime;
  return { needs, obstacle: missing(external, given) ?? tooLarge(weights, runtime, needs, memory) };
}

function missing(
  external: ReadonlyMap<string, readonly External[]>,
  given: ReadonlyMap<string, number>,
): string | null {
  for (const [path, weights] of external) {
    const size = given.get(path);
    if (size === undefined)
      return `The model keeps its weights in ${path}, which did not come along: give both together.`;
    const end = weights.reduce((most, { offset, length }) => Math.max(most, offset + (length ?? 0)), 0);
    if (end > size)
      return `The model looks for weights up to byte ${end} of ${path}, which has ${size} bytes: it was cut short, or belongs to another model.`;
  }
  return null;
}

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function tooLarge(weights: number, runtime: number, needs: number, memory: number): string | null {
  if (runtime > addressed)
    return `The model has ${gibibytes(weights)} of weights and would need about ${gibibytes(runtime)} inside WebAssembly, which has 4 GiB: store it in half precision, or take a smaller one.`;
  if (needs > memory)
    return `The model needs about ${gibibytes(needs)} of memory to be opened, and this device has ${gibibytes(memory)}.`;
  return null;
}
