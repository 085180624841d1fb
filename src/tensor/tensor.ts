/** Numbers with a shape, row-major: the last axis is contiguous. Plain data: survives postMessage. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}
