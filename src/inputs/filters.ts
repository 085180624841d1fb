export type Resample = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** A resampling kernel: zero beyond `support` pixels from its centre. */
interface Kernel {
  support: number;
  weight(x: number): number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

const kernels: Record<Exclude<Resample, 'nearest'>, Kernel> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic convolution with a = -0.5 (Keys, 1981): the one that Pillow calls BICUBIC. */
function bicubic(signed: number): number {
  const a = -0.5;
  const x = Math.abs(signed);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/** Fraction bits of Pillow's 8-bit arithmetic: 32 less 8 for the value less 2 for overshoot. */
export const precision = 22;

/** For every output position the first input position, how many are read, and their fixed-point weights. */
export interface Taps {
  first: Int32Array;
  count: Int32Array;
  /** Weights scaled by 2^`precision`; those of output i start at i * `stride`. */
  weights: Int32Array;
  stride: number;
}

/**
 * Weights of an antialiased resize of `from`..`to` (fractions allowed) of a line of `length` pixels to `size` pixels,
 * in the fixed-point arithmetic of Pillow's `Image.resize` for 8-bit images.
 */
export function taps(
  length: number,
  from: number,
  to: number,
  size: number,
  resample: keyof typeof kernels,
): Taps {
  const kernel = kernels[resample];
  const start = Math.fround(from);
  const scale = Math.fround(Math.fround(to) - start) / size;
  const stretch = Math.max(scale, 1);
  const reach = kernel.support * stretch;
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(size);
  const count = new Int32Array(size);
  const weights = new Int32Array(size * stride);
  const line = new Float64Array(stride);
  for (let i = 0; i < size; i++) {
    const centre = start + (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - reach + 0.5));
    const read = Math.min(length, Math.trunc(centre + reach + 0.5)) - low;
    let sum = 0;
    for (let k = 0; k < read; k++) {
      line[k] = kernel.weight((k + low - centre + 0.5) * (1 / stretch));
      sum += line[k];
    }
    for (let k = 0; k < read; k++) {
      const scaled = (sum === 0 ? line[k] : line[k] / sum) * 2 ** precision;
      weights[i * stride + k] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    first[i] = low;
    count[i] = read;
  }
  return { first, count, weights, stride };
}
