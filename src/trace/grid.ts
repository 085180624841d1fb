import type { Box } from './trace';

/** Boxes of the [columns, rows] patches of a part of a picture, in raster order. */
export function gridBoxes([columns, rows]: readonly [columns: number, rows: number], crop: Box): Box[] {
  const [left, top, width, height] = crop;
  return Array.from({ length: columns * rows }, (_, patch): Box => {
    const [column, row] = [patch % columns, Math.floor(patch / columns)];
    return [left + (column / columns) * width, top + (row / rows) * height, width / columns, height / rows];
  });
}
