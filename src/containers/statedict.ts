import { Known, type Opaque, type Surroundings, type Value } from './pickle';
import { bytesOf, type Dtype } from './tensors';

/** A run of numbers in a file that `torch.save` wrote, which tensors are views of. */
export class Storage implements Opaque {
  readonly opaque = 'storage';
  constructor(
    readonly key: string,
    readonly dtype: Dtype,
    /** How many numbers. */
    readonly count: number,
  ) {}
}

/** A tensor of a state dict: `dims` row-major numbers of a storage, from number `first` on; `contiguous` says whether they lie side by side. */
export class TorchTensor implements Opaque {
  readonly opaque = 'tensor';
  constructor(
    readonly storage: Storage,
    readonly first: number,
    readonly dims: readonly number[],
    readonly contiguous: boolean,
  ) {}
}

const kinds: Record<string, Dtype> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

const isCount = (value: Value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isCounts = (value: Value): value is number[] => Array.isArray(value) && value.every(isCount);

/** Row-major without gaps; the stride of an axis of length 1 says nothing. */
function lieSideBySide(dims: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] > 1 && strides[axis] !== step) return false;
    step *= dims[axis];
  }
  return true;
}

/** `torch._utils._rebuild_tensor_v2(storage, storage_offset, size, stride, …)`, and the older one without the rest. */
function rebuild([storage, first, dims, strides]: readonly Value[]): Value {
  const fits =
    storage instanceof Storage &&
    isCount(first) &&
    isCounts(dims) &&
    isCounts(strides) &&
    dims.length === strides.length;
  if (!fits) throw new Error('it holds a tensor without a storage, a shape and strides');
  const contiguous = dims.includes(0) || lieSideBySide(dims, strides);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (contiguous && first + count > storage.count)
    throw new Error(
      `a tensor of [${dims.join(', ')}] from number ${first} on does not fit into its storage of ${storage.count}`,
    );
  return new TorchTensor(storage, first, dims, contiguous);
}

const functions: Record<string, Known['call']> = {
  'collections OrderedDict': () => new Map(),
  'torch._utils _rebuild_tensor_v2': rebuild,
  'torch._utils _rebuild_tensor': rebuild,
  'torch._utils _rebuild_parameter': ([tensor]) => {
    if (!(tensor instanceof TorchTensor)) throw new Error('it holds a parameter that is no tensor');
    return tensor;
  },
};

/** What a state dict may name: ordered dictionaries, tensors, parameters and the types of storages. */
export const surroundings: Surroundings = {
  find(module, name) {
    const call = functions[`${module} ${name}`];
    if (call) return new Known(`${module}.${name}`, call);
    if (module === 'torch' && Object.hasOwn(kinds, name)) return new Known(name, null);
    throw new Error(`it asks for ${module}.${name}, which no list of tensors needs; nothing of it was run`);
  },
  persist(id) {
    const [what, kind, key, , count] = Array.isArray(id) ? id : [];
    if (what !== 'storage' || !(kind instanceof Known) || !Object.hasOwn(kinds, kind.name))
      throw new Error('it refers to something that is no storage of numbers');
    if (typeof key !== 'string' || !isCount(count))
      throw new Error('it holds a storage without a name or a length');
    return new Storage(key, kinds[kind.name], count);
  },
};

/**
 * The tensors of a state dict by name; what else it holds is left out.
 * @throws Error of one sentence when it is no dictionary of tensors, or one of them does not lie row-major
 */
export function tensorsOf(value: Value): Map<string, TorchTensor> {
  const found = new Map<string, TorchTensor>();
  for (const [name, tensor] of value instanceof Map ? value : []) {
    if (typeof name !== 'string' || !(tensor instanceof TorchTensor)) continue;
    if (!tensor.contiguous)
      throw new Error(
        `the tensor ${name} of [${tensor.dims.join(', ')}] does not lie row by row: call contiguous() on it and save it again`,
      );
    found.set(name, tensor);
  }
  if (found.size === 0) throw new Error('expected tensors by name, as state_dict() gives them, got none');
  return found;
}

/** Bytes of a storage. */
export const lengthOf = ({ dtype, count }: Storage) => bytesOf[dtype] * count;
