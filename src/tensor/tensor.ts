/** Numbers with a shape, row-major: the last axis is contiguous. Plain data: survives postMessage. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * A tensor over the numbers given, or of zeros.
 * @param name what it is, for the error
 * @throws Error when the shape needs another count of numbers
 */
export function tensor(dims: readonly number[], data?: Float32Array<ArrayBuffer>, name = 'a tensor'): Tensor {
  const size = sizeOf(dims);
  const filled = data ?? new Float32Array(size);
  if (filled.length !== size) {
    throw new Error(`${name}: expected ${size} numbers for ${shapeOf(dims)}, got ${filled.length}`);
  }
  return { dims, data: filled };
}

/** How many numbers a shape holds. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** "[4, 76, 76]" */
export function shapeOf(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}

/**
 * What lies at `indices` of the first axes, as a view: `at(weights, h)` of [head, query, key] is [query, key].
 * @throws Error when there are more indices than axes, or one lies outside its axis
 */
export function at({ dims, data }: Tensor, ...indices: readonly number[]): Tensor {
  const isInside = (index: number, axis: number) =>
    Number.isInteger(index) && index >= 0 && index < dims[axis];
  if (!indices.every(isInside))
    throw new Error(`expected indices within ${shapeOf(dims)}, got ${shapeOf(indices)}`);
  const rest = dims.slice(indices.length);
  const size = sizeOf(rest);
  const place = indices.reduce((sum, index, axis) => sum * dims[axis] + index, 0);
  return { dims: rest, data: data.subarray(place * size, (place + 1) * size) };
}

/**
 * Positions start..end-1 of one axis, as a copy.
 * @throws Error when they lie outside the axis
 */
export function slice({ dims, data }: Tensor, axis: number, start: number, end: number): Tensor {
  const length = dims[axis];
  if (length === undefined || start < 0 || end < start || end > length) {
    throw new Error(`expected positions within axis ${axis} of ${shapeOf(dims)}, got ${start} to ${end}`);
  }
  const outer = sizeOf(dims.slice(0, axis));
  const inner = sizeOf(dims.slice(axis + 1));
  const part = tensor(dims.with(axis, end - start));
  for (let o = 0; o < outer; o++) {
    const from = (o * length + start) * inner;
    part.data.set(data.subarray(from, from + (end - start) * inner), o * (end - start) * inner);
  }
  return part;
}
