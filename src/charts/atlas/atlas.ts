import { largest } from '../ink/format';
import type { Place } from '../ink/layers';
import { drawHeats } from '../ink/overlay';
import type { PatchMap } from '../ink/overlay';
import { attentionLut, cssColour } from '../ink/ramp';
import type { Scheme } from '../ink/ramp';

/** A small map: weights over patches in raster order, or over words (drawn as columns). */
export interface AtlasMap {
  kind: 'patches' | 'words';
  /** Columns and rows of patches; for words their number and 1. */
  grid: readonly [cols: number, rows: number];
  weights: ArrayLike<number>;
}

/** One head of one attention module, or the mean over its heads. `map` is null where the module has no such block. */
export interface AtlasCell {
  id: string;
  /** Index into `Trace.attentions`. */
  attention: number;
  head: number | 'mean';
  /** Column heading: "1" … or "mean". */
  column: string;
  /** "joint 5, head 2, text queries → image keys" */
  title: string;
  map: AtlasMap | null;
}

/** One attention module. `direction` is what its maps show: "text queries → image keys". */
export interface AtlasRow {
  id: string;
  name: string;
  direction: string;
  stage: 'text' | 'image' | 'fusion';
  cells: readonly AtlasCell[];
}

/** px from one cell to the next, and the space between two. */
export interface AtlasSize {
  pitch: number;
  gap: number;
}

/** Cells as large as `room` px allow for `columns` of them, between 28 and 64 px. */
export function layout(room: number, columns: number): AtlasSize {
  const pitch = Math.max(28, Math.min(64, Math.floor(room / Math.max(1, columns))));
  return { pitch, gap: pitch >= 44 ? 6 : 4 };
}

/** Whether two atlases differ in more than their weights: in their cells, in what is said of them, or in which of them have a map. */
export function differ(a: readonly AtlasRow[], b: readonly AtlasRow[]): boolean {
  return (
    a.length !== b.length ||
    a.some(
      (row, r) =>
        row.id !== b[r].id ||
        row.name !== b[r].name ||
        row.direction !== b[r].direction ||
        row.stage !== b[r].stage ||
        row.cells.length !== b[r].cells.length ||
        row.cells.some((cell, c) => {
          const other = b[r].cells[c];
          return (
            cell.id !== other.id ||
            cell.title !== other.title ||
            cell.column !== other.column ||
            (cell.map === null) !== (other.map === null)
          );
        }),
    )
  );
}

function drawColumns(
  context: CanvasRenderingContext2D,
  place: readonly [number, number, number, number],
  map: AtlasMap,
  max: number,
  scheme: Scheme,
): void {
  const colours = attentionLut(scheme);
  context.fillStyle = cssColour(colours, 0);
  context.fillRect(...place);
  const [x, y, width, height] = place;
  const pitch = width / map.grid[0];
  for (let i = 0; i < map.grid[0]; i++) {
    const share = max > 0 ? Math.min(1, map.weights[i] / max) : 0;
    context.fillStyle = cssColour(colours, Math.round(255 * (0.3 + 0.7 * share)));
    const left = Math.round(x + i * pitch);
    const right = Math.max(left + 1, Math.round(x + (i + 1) * pitch) - (pitch > 4 ? 1 : 0));
    const tall = Math.round(share * height);
    context.fillRect(left, y + height - tall, right - left, tall);
  }
}

/** Draws all maps on one canvas whose pixels are `ratio` times the layout's. */
export function paintAtlas(
  context: CanvasRenderingContext2D,
  rows: readonly AtlasRow[],
  size: AtlasSize,
  ratio: number,
  scale: 'own' | 'common',
  scheme: Scheme,
): void {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const side = Math.round((size.pitch - size.gap) * ratio);
  const at = (step: number): number => Math.round((step * size.pitch + size.gap / 2) * ratio);
  const cells = rows.flatMap((row, r) =>
    row.cells.flatMap(({ map }, c) => (map ? [{ map, place: [at(c), at(r), side, side] as const }] : [])),
  );
  const common = scale === 'common' ? largest(cells.map(({ map }) => largest(map.weights))) : null;
  const corners = new Path2D();
  for (const { place } of cells) corners.roundRect(...place, 4 * ratio);
  context.save();
  context.clip(corners);
  const heats: { place: Place; map: PatchMap }[] = [];
  for (const { map, place } of cells) {
    const max = common ?? largest(map.weights);
    if (map.kind === 'patches') heats.push({ place, map: { ...map, max } });
    else drawColumns(context, place, map, max, scheme);
  }
  drawHeats(context, heats, scheme);
  context.restore();
}
