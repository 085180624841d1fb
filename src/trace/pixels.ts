import type { Numbers } from '../containers/npy';
import type { Picture } from './trace';

/** 64 megapixels are 256 MB as RGBA. */
const most = 64_000_000;

/**
 * The array "image" of a trace file: uint8 pixels [height, width], [height, width, 1], [.., 3] or [.., 4], or the bytes of a PNG or JPEG
 * file [bytes], which are handed on as they are.
 * @throws Error of one sentence for anything else
 */
export function readImage({ dims, data }: Numbers): Picture | Uint8Array<ArrayBuffer> {
  const [height, width, channels = 1] = dims;
  const isPicture = dims.length === 2 || (dims.length === 3 && [1, 3, 4].includes(channels));
  if (!(data instanceof Uint8Array) || data.length === 0 || !(isPicture || dims.length === 1))
    throw new Error(
      `image: expected uint8 [height, width, 3], or the bytes of a PNG or JPEG file, got ${data instanceof Uint8Array ? 'uint8' : 'other numbers'} [${dims.join(', ')}].`,
    );
  if (dims.length === 1) return data;
  if (width * height > most)
    throw new Error(`image: expected at most 64 megapixels, got ${Math.round((width * height) / 1e6)}.`);
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let c = 0; c < Math.max(3, channels); c++)
      rgba[4 * pixel + c] = data[channels * pixel + (channels === 1 ? 0 : c)];
  return { width, height, data: rgba };
}

/** The same picture as an array: RGB, or RGBA where something is transparent. */
export function toArray({ width, height, data }: Picture): Numbers {
  let channels = 3;
  for (let alpha = 3; alpha < data.length && channels === 3; alpha += 4) if (data[alpha] < 255) channels = 4;
  const bytes = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let c = 0; c < channels; c++) bytes[channels * pixel + c] = data[4 * pixel + c];
  return { dims: [height, width, channels], data: bytes };
}
