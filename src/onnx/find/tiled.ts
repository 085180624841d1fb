/** Tiles of a picture in a text: the whole picture's patches first, then those of all tiles together row by row, with one more place behind each row (LLaVA-NeXT, LLaVA-OneVision). */
export interface Tiled {
  columns: number;
  rows: number;
}

/**
 * In how many columns and rows the tiles stand, by how many places the picture has in a text: no two grids have as many rows of patches, so the count tells them apart. Null where
 * no grid of tiles has so many.
 * @param grid patches of one picture, across and down
 * @param pictures the whole one and its tiles
 */
export function tiledBy(
  [across, down]: readonly [number, number],
  pictures: number,
  count: number,
): Tiled | null {
  const tiles = pictures - 1;
  for (let rows = 1; rows <= tiles; rows++) {
    const columns = tiles / rows;
    if (Number.isInteger(columns) && count === across * down + rows * down * (columns * across + 1))
      return { columns, rows };
  }
  return null;
}
