import { shapeOf, tensor, type Tensor } from './tensor';

/**
 * The matrix product of [rows, inner] and [inner, columns].
 * @throws Error when the shapes do not fit
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [rows, inner] = a.dims;
  const [height, columns] = b.dims;
  if (a.dims.length !== 2 || b.dims.length !== 2 || inner !== height) {
    throw new Error(
      `expected [rows, inner] times [inner, columns], got ${shapeOf(a.dims)} times ${shapeOf(b.dims)}`,
    );
  }
  const product = tensor([rows, columns]);
  // The inner loop runs along rows of b and of the product: both lie contiguous in memory.
  for (let r = 0; r < rows; r++) {
    const row = product.data.subarray(r * columns, (r + 1) * columns);
    for (let i = 0; i < inner; i++) {
      const weight = a.data[r * inner + i];
      for (let c = 0, from = i * columns; c < columns; c++) row[c] += weight * b.data[from + c];
    }
  }
  return product;
}
