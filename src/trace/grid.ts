import type { Box, Token } from './trace';

/** Boxes of the [columns, rows] patches of a part of a picture, in raster order. */
export function gridBoxes([columns, rows]: readonly [columns: number, rows: number], crop: Box): Box[] {
  const [left, top, width, height] = crop;
  return Array.from({ length: columns * rows }, (_, patch): Box => {
    const [column, row] = [patch % columns, Math.floor(patch / columns)];
    return [left + (column / columns) * width, top + (row / rows) * height, width / columns, height / rows];
  });
}

/** The grid that a run's patches make, and the part of the picture under it; null where it has no patches with boxes. */
export function gridWithin(
  tokens: readonly Token[],
): { grid: readonly [columns: number, rows: number]; crop: Box } | null {
  const boxes = tokens.flatMap(({ role, box }) => (role === 'patch' && box ? [box] : []));
  const [first] = boxes;
  if (!first) return null;
  const columns = boxes.filter(([, top]) => top === first[1]).length;
  const rows = boxes.length / columns;
  return {
    grid: [columns, rows],
    crop: [first[0], first[1], first[2] * columns, first[3] * rows],
  };
}
