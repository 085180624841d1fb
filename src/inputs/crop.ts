import type { Box } from '../trace/trace';
import type { PixelBox } from './resize';

interface Size {
  width: number;
  height: number;
}

/** The largest centred box of a shape (width / height in pixels); the whole picture when the shape is null, because it is stretched. */
export function defaultCrop({ width, height }: Size, aspect: number | null): Box {
  if (aspect === null) return [0, 0, 1, 1];
  const across = Math.min(1, (aspect * height) / width);
  const down = Math.min(1, width / height / aspect);
  return [(1 - across) / 2, (1 - down) / 2, across, down];
}

/** A box of [0, 1] in pixels, cut to the picture against rounding. */
export function pixelBox([x, y, across, down]: Box, { width, height }: Size): PixelBox {
  return [
    Math.max(0, x * width),
    Math.max(0, y * height),
    Math.min(width, (x + across) * width),
    Math.min(height, (y + down) * height),
  ];
}
