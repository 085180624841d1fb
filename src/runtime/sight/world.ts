import type { Backbone } from '../../architectures/sight';
import type { Tensor } from '../../tensor/tensor';

/**
 * Whether a picture is like the photographs of a backbone's models, by a logistic regression on the square roots of its mean features that
 * `models/lab/photos/world/outside.py` fits against drawings, pages and noise; its error rates stand in the backbone's manifest.
 * @param coarse features [1, cells, channels], none negative
 */
export function isPhotograph(
  { weights, bias }: NonNullable<Backbone['world']>,
  { dims: [, cells, channels], data }: Pick<Tensor, 'dims' | 'data'>,
): boolean {
  if (weights.length !== channels)
    throw new Error(`expected ${channels} weights of the backbone's world, got ${weights.length}`);
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) sums[i % channels] += data[i];
  return sums.reduce((sign, sum, channel) => sign + weights[channel] * Math.sqrt(sum / cells), bias) <= 0;
}
