import { gridBoxes } from '../trace/grid';
import type { Box, Token } from '../trace/trace';

/** The [columns, rows] patches of a cropped picture in raster order, each with its box in the uncropped picture; `cls` puts one before. */
export function patchTokens(grid: readonly [columns: number, rows: number], crop: Box, cls = false): Token[] {
  const first: Token[] = cls ? [{ stream: 'image', role: 'cls', image: 0 }] : [];
  const patches = gridBoxes(grid, crop).map((box): Token => ({
    stream: 'image',
    role: 'patch',
    image: 0,
    box,
  }));
  return [...first, ...patches];
}
