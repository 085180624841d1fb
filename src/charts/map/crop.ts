import type { Box } from '../../trace/trace';
import { clamp, moveBox } from './reshape';

/** The largest centred box of the given aspect (width / height, in pixels) in a picture of `width` × `height` px. */
export function largestCrop(width: number, height: number, aspect = 1): Box {
  const w = Math.min(1, (height * aspect) / width);
  const h = Math.min(1, width / aspect / height);
  return [(1 - w) / 2, (1 - h) / 2, w, h];
}

/** Moves a box by shares of the picture; it stays inside. */
export const moveCrop = (crop: Box, right: number, down: number): Box =>
  moveBox(crop, right, down, [0, 0, 1, 1]);

/** How far a box is zoomed in: 1 for the largest that fits, 4 for a quarter of its side. */
export function zoomOf(crop: Box, largest: Box): number {
  return largest[2] / crop[2];
}

/** Zooms about the box's centre to `zoom` times the largest box, from 1 to `most`. */
export function zoomCrop([x, y, w, h]: Box, largest: Box, zoom: number, most = 8): Box {
  const factor = clamp(zoom, 1, most);
  const [wide, high] = [largest[2] / factor, largest[3] / factor];
  return moveCrop([x + (w - wide) / 2, y + (h - high) / 2, wide, high], 0, 0);
}
