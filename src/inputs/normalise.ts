import type { Tensor } from '../tensor/tensor';
import type { Pixels } from './resize';

/** Per channel, red first: subtracted from and divided into values of 0 to 1. */
export interface Statistics {
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Pixels as the tensor [1, 3, height, width] of (value / 255 - mean) / std: the order of Hugging Face's image processors. */
export function normalise(pixels: Pixels, { mean, std }: Statistics): Tensor {
  const area = pixels.width * pixels.height;
  const data = new Float32Array(3 * area);
  for (let channel = 0; channel < 3; channel++) {
    const table = Float32Array.from(
      { length: 256 },
      (_, value) => (value / 255 - mean[channel]) / std[channel],
    );
    for (let i = 0; i < area; i++) data[channel * area + i] = table[pixels.data[i * 3 + channel]];
  }
  return { dims: [1, 3, pixels.height, pixels.width], data };
}
