import { luminance } from '../ink/oklch';
import { cssColour, differenceLut, level } from '../ink/ramp';
import type { Scheme } from '../ink/ramp';

/** What changes when one head alone is off. `value` is null until it is measured. */
export interface ImportanceCell {
  id: string;
  /** Column heading: "1", "2" … */
  column: string;
  /** "without joint 5, head 2" */
  title: string;
  value: number | null;
}

/** One attention module. */
export interface ImportanceRow {
  id: string;
  name: string;
  stage: 'text' | 'image' | 'fusion';
  cells: readonly ImportanceCell[];
}

/** The largest absolute value: the two ends of a scale with zero in its middle. 0 when nothing is measured. */
export function reachOf(rows: readonly ImportanceRow[]): number {
  let reach = 0;
  for (const { cells } of rows) for (const { value } of cells) reach = Math.max(reach, Math.abs(value ?? 0));
  return reach;
}

/** The cell that changes most; null when nothing is measured. */
export function strongest(rows: readonly ImportanceRow[]): ImportanceCell | null {
  let found: ImportanceCell | null = null;
  for (const cell of rows.flatMap(({ cells }) => cells))
    if (cell.value !== null && Math.abs(cell.value) > Math.abs(found?.value ?? 0)) found = cell;
  return found;
}

/** Ground and ink of a value on a scale from −`reach` to `reach`; the ink is black or white, whichever is read better. */
export function paint(value: number, reach: number, scheme: Scheme): { ground: string; ink: string } {
  const colours = differenceLut(scheme);
  const at = level(reach > 0 ? 0.5 + value / (2 * reach) : 0.5);
  const light = luminance([colours[3 * at], colours[3 * at + 1], colours[3 * at + 2]]);
  const onBlack = (light + 0.05) / 0.05;
  const onWhite = 1.05 / (light + 0.05);
  return { ground: cssColour(colours, at), ink: onBlack > onWhite ? '#000' : '#fff' };
}

/** The scale as a CSS gradient, from −1 to 1. */
export function gradient(scheme: Scheme): string {
  const colours = differenceLut(scheme);
  const stops = Array.from({ length: 17 }, (_, i) => cssColour(colours, Math.round((255 * i) / 16)));
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
