import type { Tensor } from '../tensor/tensor';
import { fromHalf, toHalf } from '../containers/half';
import { readSafetensors, writeSafetensors, type Stored } from '../containers/safetensors';
import type { Attention, Trace } from './trace';

const format = 'vlpm-playground trace 1';

/** Runs, and whatever JSON belongs to them. */
export interface Packed {
  traces: Trace[];
  extra: unknown;
}

/** A Trace as JSON: tensors are replaced by their names in the file. */
type Bare = Omit<Trace, 'attentions' | 'outputs' | 'similarity' | 'steps'> & {
  attentions: (Omit<Attention, 'weights' | 'visible'> & { weights: string | null; visible: string })[];
  outputs: Record<string, string>;
  similarity?: string;
  steps?: Bare[];
};

type Precision = 'U8' | 'F16' | 'F32';

/**
 * Runs as one safetensors file: attention weights in `precision`, everything else as it is. Half precision halves the file, moves a
 * weight by at most 1 part in 2048, and 2.5e-4 at most, and is read by any tool. Of 8 bits a weight see `toRoots`.
 */
export function pack(
  traces: readonly Trace[],
  extra: unknown = null,
  precision: Precision = 'F16',
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Stored>();
  const put = (name: string, tensor: Stored) => (tensors.set(name, tensor), name);
  const bare = traces.map((trace, i) => strip(trace, `${i}`, precision, put));
  return writeSafetensors({
    tensors,
    metadata: { format, traces: JSON.stringify(bare), extra: JSON.stringify(extra) },
  });
}

function strip(
  trace: Trace,
  path: string,
  precision: Precision,
  put: (name: string, tensor: Stored) => string,
): Bare {
  const attentions = trace.attentions.map(({ weights, visible, ...rest }, i) => ({
    ...rest,
    weights: weights && put(`${path}/attention/${i}`, toStored(weights, precision)),
    visible:
      typeof visible === 'string'
        ? visible
        : put(`${path}/visible/${i}`, { dtype: 'U8', dims: [visible.length], data: visible }),
  }));
  const outputs = Object.entries(trace.outputs).map(
    ([task, tensor]) => [task, put(`${path}/output/${task}`, toStored(tensor, 'F32'))] as const,
  );
  const steps = trace.steps?.map((step, i) => strip(step, `${path}/step/${i}`, precision, put));
  const similarity = trace.similarity && put(`${path}/similarity`, toStored(trace.similarity, 'F32'));
  return { ...trace, attentions, outputs: Object.fromEntries(outputs), similarity, steps };
}

function toStored(tensor: Tensor, precision: Precision): Stored {
  const { dims, data } = tensor;
  if (precision === 'U8') return { dtype: 'U8', dims, data: toRoots(tensor) };
  return precision === 'F32' ? { dtype: 'F32', dims, data } : { dtype: 'F16', dims, data: toHalf(data) };
}

/**
 * Attention in 8 bits: of each weight the square root, in 255ths of the root of its row's largest. A row sums to 1, so its scale
 * need not be kept. What rounding takes from a weight is given to the next (error diffusion), or many small ones that round the same way
 * would lose the mass of a long row. A weight moves by less than 0.8 % of its row's largest.
 */
function toRoots({ dims, data }: Tensor): Uint8Array<ArrayBuffer> {
  const keys = dims.at(-1) ?? 1;
  const roots = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row += keys) {
    const most = data.subarray(row, row + keys).reduce((a, b) => Math.max(a, b), 0) || 1;
    let left = 0;
    for (let at = row; at < row + keys; at++) {
      left += data[at] / most;
      roots[at] = Math.min(255, Math.round(255 * Math.sqrt(Math.max(0, left))));
      left -= (roots[at] / 255) ** 2;
    }
  }
  return roots;
}

/** What `toRoots` wrote; rows of zeros stay so. */
function fromRoots(roots: ArrayLike<number>, keys: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(roots.length);
  // Loops, not methods: the first picture waits for this.
  for (let row = 0; row < data.length; row += keys) {
    const end = Math.min(row + keys, data.length);
    let sum = 0;
    for (let at = row; at < end; at++) sum += roots[at] * roots[at];
    for (let at = row; at < end; at++) data[at] = (roots[at] * roots[at]) / (sum || 1);
  }
  return data;
}

/**
 * Reads what `pack` wrote; all numbers come back as 32-bit floats.
 * @throws Error of one sentence when the file is no safetensors file, holds no runs, or lacks a tensor that a run names
 */
export function unpack(bytes: Uint8Array): Packed {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== format) {
    throw new Error(
      `Expected runs in the format "${format}", got ${JSON.stringify(metadata.format ?? 'none')}.`,
    );
  }
  const take = (name: string): Stored => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`The recorded run names a tensor ${name} that the file does not hold.`);
    return tensor;
  };
  try {
    const bare = JSON.parse(metadata.traces) as Bare[];
    return { traces: bare.map((trace) => dress(trace, take)), extra: JSON.parse(metadata.extra) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
    throw new Error(`The recorded runs cannot be read: ${error.message}.`);
  }
}

function dress({ steps, similarity, ...trace }: Bare, take: (name: string) => Stored): Trace {
  const attentions = trace.attentions.map((attention): Attention => {
    const { visible, weights } = attention;
    const isNamed = visible !== 'all' && visible !== 'causal';
    const filled = weights === null ? null : toWeights(take(weights));
    if (filled) checkShape(attention.name, filled, attention);
    return {
      ...attention,
      weights: filled,
      visible: isNamed ? Uint8Array.from(take(visible).data) : visible,
    };
  });
  const outputs = Object.entries(trace.outputs).map(([task, name]) => [task, toTensor(take(name))] as const);
  const whole: Trace = { ...trace, attentions, outputs: Object.fromEntries(outputs) };
  if (similarity !== undefined) whole.similarity = toTensor(take(similarity));
  return steps ? { ...whole, steps: steps.map((step) => dress(step, take)) } : whole;
}

function toWeights(stored: Stored): Tensor {
  const { dtype, dims, data } = stored;
  return dtype === 'U8' ? { dims, data: fromRoots(data, dims.at(-1) ?? 1) } : toTensor(stored);
}

function toTensor({ dtype, dims, data }: Stored): Tensor {
  return { dims, data: dtype === 'F16' ? fromHalf(data) : Float32Array.from(data) };
}

function checkShape(
  name: string,
  { dims }: Tensor,
  { heads, queries, keys }: Pick<Attention, 'heads' | 'queries' | 'keys'>,
): void {
  const wanted = [heads, queries[1] - queries[0], keys[1] - keys[0]];
  if (dims.join() !== wanted.join()) {
    throw new Error(
      `${name}: expected [head, query, key] = [${wanted.join(', ')}], got [${dims.join(', ')}].`,
    );
  }
}
