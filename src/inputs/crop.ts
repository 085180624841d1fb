import type { Box } from '../trace/trace';
import type { PixelBox } from './resize';

interface Size {
  width: number;
  height: number;
}

/** How a model's picture is cut: its shape as width / height, or null when the whole picture is stretched to fit. */
export type Aspect = number | null;

/** Smallest edge of a crop in pixels of the picture. */
const smallest = 8;

/** The crop that a model of this `fit` and input `size` starts from: the largest centred box of its shape, or everything. */
export function aspectOf(fit: 'crop' | 'stretch' | 'pad', size: readonly [number, number]): Aspect {
  return fit === 'crop' ? size[0] / size[1] : null;
}

/** The largest centred box of the wanted shape. */
export function defaultCrop(picture: Size, aspect: Aspect): Box {
  const [width, height] = largest(picture, aspect);
  return [(1 - width) / 2, (1 - height) / 2, width, height];
}

/** The nearest box of the wanted shape that lies inside the picture and is not too small. The centre is kept where possible. */
export function clampCrop(box: Box, picture: Size, aspect: Aspect): Box {
  const [widest, tallest] = largest(picture, aspect);
  const least = Math.max(smallest / picture.width / widest, smallest / picture.height / tallest);
  const clampScale = (scale: number) => Math.min(1, Math.max(scale, least));
  const across = clampScale(
    aspect === null ? box[2] / widest : Math.sqrt((box[2] / widest) * (box[3] / tallest)),
  );
  const down = aspect === null ? clampScale(box[3] / tallest) : across;
  const width = widest * across;
  const height = tallest * down;
  return [
    within(box[0] + (box[2] - width) / 2, 1 - width),
    within(box[1] + (box[3] - height) / 2, 1 - height),
    width,
    height,
  ];
}

/** The box `factor` times as large about a fixed point ([0, 1] of the picture), clamped. */
export function zoomCrop(
  box: Box,
  factor: number,
  about: readonly [number, number],
  picture: Size,
  aspect: Aspect,
): Box {
  const [x, y, width, height] = box;
  const scaled = clampCrop([0, 0, width * factor, height * factor], picture, aspect);
  const moved = [
    about[0] - ((about[0] - x) / width) * scaled[2],
    about[1] - ((about[1] - y) / height) * scaled[3],
  ];
  return clampCrop([moved[0], moved[1], scaled[2], scaled[3]], picture, aspect);
}

/** A box of [0, 1] in pixels, cut to the picture against rounding. */
export function pixelBox(box: Box, { width, height }: Size): PixelBox {
  return [
    within(box[0] * width, width),
    within(box[1] * height, height),
    Math.min(width, (box[0] + box[2]) * width),
    Math.min(height, (box[1] + box[3]) * height),
  ];
}

function largest({ width, height }: Size, aspect: Aspect): [width: number, height: number] {
  if (aspect === null) return [1, 1];
  const shape = width / height;
  return shape > aspect ? [aspect / shape, 1] : [1, shape / aspect];
}

const within = (value: number, most: number) => Math.min(Math.max(value, 0), Math.max(most, 0));
