import type { Call } from '../../architectures/adapter';
import type { Backbone, Sight } from '../../architectures/sight';
import { readSafetensors } from '../../containers/safetensors';
import { normalise } from '../../inputs/normalise';
import type { Pixels } from '../../inputs/resize';
import type { Weights } from '../model';
import { distance, floatsOf } from '../trial/reference';

export type Features = Pick<Sight, 'coarse' | 'fine'>;

/** Features of a picture that has the backbone's size. */
export async function featuresOf(pixels: Pixels, { image }: Backbone, call: Call): Promise<Features> {
  const feeds = { pixel_values: { dtype: 'float32', ...normalise(pixels, image) } } as const;
  const { outputs } = await call('backbone', feeds, { outputs: ['coarse', 'fine'], maps: false, masks: [] });
  return { coarse: outputs.coarse, fine: outputs.fine };
}

/** What a detector says of each fine cell: see `suppress`; `nouns` are logits [1, cells, nouns]. */
export async function detectIn({ coarse, fine }: Features, call: Call) {
  const feeds = { coarse: { dtype: 'float32', ...coarse }, fine: { dtype: 'float32', ...fine } } as const;
  const names = ['boxes', 'thing_logits', 'noun_logits'];
  const { outputs } = await call('detector', feeds, { outputs: names, maps: false, masks: [] });
  return { boxes: outputs.boxes.data, things: outputs.thing_logits.data, nouns: outputs.noun_logits };
}

export type Detected = Awaited<ReturnType<typeof detectIn>>;

/**
 * The picture that references hold, as the backbone takes it: it may be stored small, each of its pixels standing for a square of them.
 * @throws Error when there is none, or of a size that no whole number of squares fills
 */
export function storedPixels({ reference }: Weights, { image }: Backbone): Pixels {
  const pixels = readSafetensors(reference ?? new Uint8Array()).tensors.get('pixels');
  if (pixels?.dtype !== 'U8')
    throw new Error(`reference: expected pixels of type U8, got ${pixels?.dtype ?? 'none'}`);
  const [width, height] = image.size;
  const [rows, columns] = pixels.dims;
  const side = width / columns;
  if (!Number.isInteger(side) || height / rows !== side)
    throw new Error(`reference: expected pixels that fill ${width} × ${height}, got ${columns} × ${rows}`);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 3 * (Math.floor(y / side) * columns + Math.floor(x / side));
      data.set(pixels.data.subarray(from, from + 3), 3 * (y * width + x));
    }
  return { width, height, data };
}

/** The largest difference of what was found to PyTorch's, in shares of the largest number of each: features have no scale of their own. */
export function apartFrom({ reference }: Weights, found: Readonly<Record<string, Float32Array>>): number {
  const { tensors } = readSafetensors(reference ?? new Uint8Array());
  const shares = Object.entries(found).map(([name, data]) => {
    const said = floatsOf(tensors, name);
    const largest = said.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return distance(data, said) / largest;
  });
  return Math.max(...shares);
}
