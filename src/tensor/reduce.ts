import { shapeOf, sizeOf, tensor, type Tensor } from './tensor';

/** Softmax over the last axis, shifted by each row's largest number so that nothing overflows; −∞ becomes 0. */
export function softmax({ dims, data }: Tensor): Tensor {
  const columns = dims[dims.length - 1];
  const result = tensor(dims);
  for (let row = 0; row < data.length; row += columns) {
    let most = -Infinity;
    for (let k = row; k < row + columns; k++) most = Math.max(most, data[k]);
    let sum = 0;
    for (let k = row; k < row + columns; k++) sum += Math.exp(data[k] - most);
    for (let k = row; k < row + columns; k++) result.data[k] = Math.exp(data[k] - most) / sum;
  }
  return result;
}

/**
 * The mean along an axis, which disappears: `mean(weights, 0)` of [head, query, key] is the mean over heads, [query, key].
 * @throws Error when there is no such axis or nothing along it
 */
export function mean({ dims, data }: Tensor, axis: number): Tensor {
  const count = dims[axis];
  if (!(count > 0)) throw new Error(`expected numbers along axis ${axis} of ${shapeOf(dims)}, got none`);
  const outer = sizeOf(dims.slice(0, axis));
  const inner = sizeOf(dims.slice(axis + 1));
  const result = tensor(dims.toSpliced(axis, 1));
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let sum = 0;
      for (let a = 0; a < count; a++) sum += data[(o * count + a) * inner + i];
      result.data[o * inner + i] = sum / count;
    }
  return result;
}

/**
 * Places of the `count` largest numbers, largest first, the first of equals before the others; NaN never counts. Fewer when there
 * are fewer.
 */
export function topK(numbers: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isNaN(numbers[i])) continue;
    let place = best.length;
    while (place > 0 && numbers[best[place - 1]] < numbers[i]) place--;
    if (place < count) best.splice(place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** Place of the largest number, the first of equals; −1 when there is none. */
export function argmax(numbers: ArrayLike<number>): number {
  return topK(numbers, 1)[0] ?? -1;
}
