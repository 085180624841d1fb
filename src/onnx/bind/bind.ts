import type { Located, TensorIndex } from '../../containers/tensors';
import { message } from '../file/graph';
import { readPort } from '../file/port';
import { readModel } from '../file/reader';
import { FLOAT, readWeight, type Weight } from '../file/weight';
import { joinBytes, readFields, writeField, type Field } from '../file/wire';
import { matchNames } from './names';
import { solveSizes, type FreeSizes } from './sizes';
import { writeCast, writeOutput, writeTensor, type Place } from './writing';

/** What a recipe says of its weights beside the graph. */
export interface Wanted {
  sizes: FreeSizes;
  /** Other names that a tensor may have in a checkpoint. */
  ties: Readonly<Record<string, readonly string[]>>;
  /** First parts of names of tensors that belong to the checkpoint and that the graph does not read. */
  unread: readonly string[];
}

/** A graph with its weights where they lie. */
export interface Bound {
  /** An ONNX file whose large weights are external data in the checkpoint's files. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many tensors of the checkpoint it reads. */
  tensors: number;
  /** Names of tensors that nothing was said of and that it does not read. */
  unread: string[];
  /** Lengths that the checkpoint chose. */
  sizes: ReadonlyMap<string, number>;
}

/** TensorProto.DataType of the types that are bound; halves are cast, which the runtime does once, when it opens the file. */
const types: Partial<Record<Located['dtype'], number>> = { F32: FLOAT, F16: 10 };

/** Bytes up to which a weight is written into the graph. */
const short = 64;

/**
 * Binds a graph without weights to a checkpoint: each initialiser that is marked as external data gets the place of its tensor. Half precision
 * is cast to 32 bits. No weight is read, but for those of a few bytes and those whose bytes are no multiple of four, which WebGPU does not take
 * from a file.
 * @param read the bytes of a tensor
 * @throws Error of one sentence when a tensor is missing, of another shape, or of a type that is no float, with name, expected and found
 */
export async function bindGraph(
  recipe: Uint8Array,
  index: TensorIndex,
  { sizes: free, ties, unread: known }: Wanted,
  read: (tensor: Located) => Promise<Uint8Array>,
): Promise<Bound> {
  const weights = [...readModel(recipe).weights.values()].filter(({ external }) => external);
  const names = matchNames(
    weights.map(({ name }) => name),
    ties,
    index.keys(),
  );
  const missing = weights.filter(({ name }) => !names.has(name));
  if (missing.length > 0) throw new Error(refusal(missing, weights.length, index));
  const pairs = weights.map(({ name, dims }) => ({
    name,
    wanted: dims,
    tensor: index.get(names.get(name)!)!,
  }));
  const sizes = solveSizes(
    pairs.map(({ tensor, ...pair }) => ({ ...pair, found: tensor.dims })),
    free,
  );
  const written = new Map<string, Uint8Array[]>();
  for (const { name, tensor } of pairs) {
    const type = types[tensor.dtype];
    if (type === undefined)
      throw new Error(`Expected ${name} of F32 or F16, got ${tensor.dtype}: quantised weights are not read.`);
    const inside = tensor.length <= short || tensor.length % 4 !== 0;
    const place: Place = inside ? await read(tensor) : tensor;
    written.set(name, writeWeight(name, type, tensor.dims, place));
  }
  const taken = new Set(names.values());
  const spoken = (name: string) =>
    /(^|\.)position_ids$/.test(name) || known.some((first) => name.startsWith(first));
  return {
    bytes: rewrite(recipe, written, sizes),
    tensors: taken.size,
    unread: [...index.keys()].filter((name) => !taken.has(name) && !spoken(name) && !isTied(name, ties)),
    sizes,
  };
}

const isTied = (name: string, ties: Wanted['ties']) =>
  Object.values(ties).some((names) => names.includes(name));

function refusal(missing: readonly Weight[], count: number, index: TensorIndex): string {
  const [{ name, dims }] = missing;
  const more = missing.length > 1 ? ` and ${missing.length - 1} others of ${count}` : '';
  return `Expected ${name} of [${dims.join(', ')}]${more} among the ${index.size} tensors of the checkpoint, got none of that name.`;
}

function writeWeight(name: string, type: number, dims: readonly number[], place: Place): Uint8Array[] {
  if (type === FLOAT) return [writeTensor(name, type, dims, place)];
  const stored = `${name} as stored`;
  return [writeTensor(stored, type, dims, place), writeCast(stored, name)];
}

/** The model file with other initialisers, and with outputs of known lengths. */
function rewrite(
  bytes: Uint8Array,
  written: ReadonlyMap<string, Uint8Array[]>,
  sizes: ReadonlyMap<string, number>,
): Uint8Array<ArrayBuffer> {
  const graph = (field: Field) =>
    [...readFields(bytes, field.start, field.end)].flatMap((part) => {
      if (part.number === 5) {
        const other = written.get(readWeight(bytes, message(part)).name);
        if (other) return other;
      }
      if (part.number === 12) return [writeOutput(readPort(bytes, message(part)), sizes)];
      return [whole(bytes, part)];
    });
  return joinBytes(
    [...readFields(bytes, 0, bytes.length)].map((field) =>
      field.number === 7 ? writeField(7, graph(field)) : whole(bytes, field),
    ),
  );
}

/** A field as it is, written anew. */
function whole(bytes: Uint8Array, { number, wire, value, start, end }: Field): Uint8Array {
  return writeField(number, wire === 0 ? value : bytes.subarray(start, end));
}
