import { arrows } from './arrows';
/** Patches per row and per column; patches are numbered in raster order. */
export type PatchGrid = readonly [cols: number, rows: number];

/** "row 3, column 5", counted from 1. */
export function patchName(patch: number, [cols]: PatchGrid): string {
  return `row ${Math.floor(patch / cols) + 1}, column ${(patch % cols) + 1}`;
}

/** The patch that an arrow key leads to from `patch`, which stays inside the grid; null for any other key. */
export function patchStep(key: string, patch: number, [cols, rows]: PatchGrid): number | null {
  const step = arrows[key];
  if (!step) return null;
  const col = Math.max(0, Math.min(cols - 1, (patch % cols) + step[0]));
  const row = Math.max(0, Math.min(rows - 1, Math.floor(patch / cols) + step[1]));
  return row * cols + col;
}

/** The middle of a patch of a grid that lies at a place, px. */
export const patchMiddle = (
  patch: number,
  [cols, rows]: PatchGrid,
  [left, top, width, height]: readonly [number, number, number, number],
): readonly [x: number, y: number] => [
  left + (((patch % cols) + 0.5) * width) / cols,
  top + ((Math.floor(patch / cols) + 0.5) * height) / rows,
];

/** The patch under a point, both in px of the same frame; null outside. */
export function patchUnder(
  x: number,
  y: number,
  [left, top, width, height]: readonly [number, number, number, number],
  [cols, rows]: PatchGrid,
): number | null {
  const col = Math.floor(((x - left) / width) * cols);
  const row = Math.floor(((y - top) / height) * rows);
  return col >= 0 && row >= 0 && col < cols && row < rows ? row * cols + col : null;
}
