import type { Box, Token } from '../trace/trace';

/** The [columns, rows] patches of a cropped picture in raster order, each with its box in the uncropped picture; `cls` puts one before. */
export function patchTokens(grid: readonly [columns: number, rows: number], crop: Box, cls = false): Token[] {
  const [columns, rows] = grid;
  const [left, top, width, height] = crop;
  const tokens: Token[] = cls ? [{ stream: 'image', role: 'cls', image: 0 }] : [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      tokens.push({
        stream: 'image',
        role: 'patch',
        image: 0,
        box: [left + (column / columns) * width, top + (row / rows) * height, width / columns, height / rows],
      });
  return tokens;
}
