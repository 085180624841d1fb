import type { Box, Picture } from '../trace/trace';
import { defaultCrop, pixelBox } from './crop';
import type { Resample } from './filters';
import { resize, type Pixels } from './resize';

/** How an image processor of Hugging Face brings a picture to size. */
export interface Frame {
  /** Length of the shorter side after resizing; null to squash the picture to `size`. */
  shortest: number | null;
  /** The longer side is no longer than this. */
  longest: number | null;
  /** Sides are whole multiples of this. */
  multiple: number | null;
  /** What is cut out of the middle afterwards: width and height. */
  crop: readonly [width: number, height: number] | null;
}

interface Size {
  width: number;
  height: number;
}

/**
 * Sides of a picture after resizing, in the arithmetic of transformers: `get_resize_output_image_size` of `image_transforms`, or ViLT's own
 * where sides are multiples.
 */
function sidesOf(
  { width, height }: Size,
  { shortest, longest, multiple }: Frame,
  squashed: readonly [number, number],
): [width: number, height: number] {
  if (shortest === null) return [squashed[0], squashed[1]];
  if (multiple === null) {
    const long = Math.trunc((shortest * Math.max(width, height)) / Math.min(width, height));
    return width <= height ? [shortest, long] : [long, shortest];
  }
  let scale = shortest / Math.min(width, height);
  let sides = height < width ? [scale * width, shortest] : [shortest, scale * height];
  if (longest !== null && Math.max(...sides) > longest) {
    scale = longest / Math.max(...sides);
    sides = sides.map((side) => scale * side);
  }
  const whole = (side: number) => Math.max(1, Math.floor(Math.trunc(side + 0.5) / multiple)) * multiple;
  return [whole(sides[0]), whole(sides[1])];
}

/**
 * What a model of Hugging Face is given of a picture, pixel for pixel: the whole picture, or the part that the visitor has chosen, where that is
 * not the square that the page begins with.
 * @param size sides for a picture that is squashed
 * @returns the pixels, and the part of the picture that they show
 */
export function framePicture(
  picture: Picture,
  chosen: Box,
  frame: Frame,
  size: readonly [number, number],
  resample: Resample,
): { pixels: Pixels; seen: Box } {
  const untouched = defaultCrop(picture, 1).every((side, i) => Math.abs(side - chosen[i]) < 1e-6);
  const [left, top, across, down] = untouched ? [0, 0, 1, 1] : chosen;
  const part = {
    width: Math.max(1, Math.round(across * picture.width)),
    height: Math.max(1, Math.round(down * picture.height)),
  };
  const sides = sidesOf(part, frame, size);
  const resized = resize(picture, sides, resample, pixelBox([left, top, across, down], picture));
  if (!frame.crop) return { pixels: resized, seen: [left, top, across, down] };
  const { pixels, at } = cutMiddle(resized, frame.crop);
  const share = [at[0] / sides[0], at[1] / sides[1], pixels.width / sides[0], pixels.height / sides[1]];
  return {
    pixels,
    seen: [left + share[0] * across, top + share[1] * down, share[2] * across, share[3] * down],
  };
}

/**
 * `image_transforms.center_crop`: what is cut out of the middle. A picture that is smaller than the crop, as BridgeTower's are where they are
 * much wider than tall, stands on black: `at` is negative there.
 */
function cutMiddle(
  { width, height, data }: Pixels,
  [across, down]: readonly [width: number, height: number],
): { pixels: Pixels; at: [left: number, top: number] } {
  const [left, top] = [Math.floor((width - across) / 2), Math.floor((height - down) / 2)];
  const [from, to] = [Math.max(0, left), Math.min(width, left + across)];
  const cut = new Uint8Array(across * down * 3);
  for (let row = Math.max(0, top); row < Math.min(height, top + down); row++)
    cut.set(
      data.subarray((row * width + from) * 3, (row * width + to) * 3),
      ((row - top) * across + from - left) * 3,
    );
  return { pixels: { width: across, height: down, data: cut }, at: [left, top] };
}
