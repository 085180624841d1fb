import type { Stream } from '../../trace/trace';
import type { Scheme } from '../ink/ramp';
import type { AtlasPlan } from './plan';
import { writeMaps } from './raster';
import type { AtlasMap, Placed } from './raster';

/** A number in place of a map: its colour, an ink that is read on it, and how it is written. */
export interface AtlasNumber {
  ground: string;
  ink: string;
  text: string;
}

/** One head of one attention module, or the mean over its heads. */
export interface AtlasCell {
  id: string;
  /** Index into `Trace.attentions`. */
  attention: number;
  head: number | 'mean';
  /** Column heading: "1" … or "mean". */
  column: string;
  /** "joint 5, head 2, text queries → image keys" */
  title: string;
  /** Null where the module has no such block, and where numbers are shown. */
  map: AtlasMap | null;
  /** Left out where maps are shown, null where there is none. */
  number?: AtlasNumber | null;
  /** Why there is no number. */
  why?: string;
}

/** One attention module. `direction` is what its maps show: "text queries → image keys". */
export interface AtlasRow {
  id: string;
  name: string;
  direction: string;
  stage: 'text' | 'image' | 'fusion';
  queries: readonly Stream[];
  keys: readonly Stream[];
  cells: readonly AtlasCell[];
}

/** Modules of one stage. A folded one has no rows to show. */
export interface AtlasGroup {
  stage: AtlasRow['stage'];
  /** "text encoder" */
  name: string;
  /** Number of modules. */
  size: number;
  open: boolean;
  rows: readonly AtlasRow[];
}

/** Whether two atlases differ in more than their weights: in their cells, in what is said of them, or in which of them have a map. */
export function differ(a: readonly AtlasGroup[], b: readonly AtlasGroup[]): boolean {
  return (
    a.length !== b.length ||
    a.some((group, g) => group.open !== b[g].open || group.size !== b[g].size) ||
    differInRows(
      a.flatMap(({ rows }) => rows),
      b.flatMap(({ rows }) => rows),
    )
  );
}

function differInRows(a: readonly AtlasRow[], b: readonly AtlasRow[]): boolean {
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
            cell.number !== other.number ||
            (cell.map === null) !== (other.map === null)
          );
        }),
    )
  );
}

/**
 * Draws all maps on one canvas whose pixels are `ratio` times the plan's.
 * @param common weight drawn as full attention in every map; null gives each its own
 */
export function paintAtlas(
  context: CanvasRenderingContext2D,
  groups: readonly AtlasGroup[],
  plan: AtlasPlan,
  ratio: number,
  common: number | null,
  scheme: Scheme,
): void {
  const { width } = context.canvas;
  const side = Math.max(1, Math.round((plan.pitch - plan.gap) * ratio));
  const px = (at: number): number => Math.round((at + plan.gap / 2) * ratio);
  const cells = groups
    .flatMap(({ rows }) => rows)
    .flatMap((row, r) =>
      row.cells.flatMap(({ map }, c) =>
        map ? [{ map, place: [px(plan.left(c)), px(plan.tops[r]), side, side] as const }] : [],
      ),
    );
  const image = imageOf(context);
  writeMaps(new Uint32Array(image.data.buffer), width, cells, common, scheme);
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = 'destination-in';
  context.fill(cornersOf(plan, cells, plan.corner * ratio));
  context.globalCompositeOperation = 'source-over';
}

const outlines = new WeakMap<AtlasPlan, { key: string; path: Path2D }>();

/** Outlines of all maps with round corners, kept while they lie where they lay. */
function cornersOf(plan: AtlasPlan, cells: readonly Placed[], radius: number): Path2D {
  const key = cells.map(({ place }) => place.join()).join(' ');
  let kept = outlines.get(plan);
  if (kept?.key !== key) {
    kept = { key, path: new Path2D() };
    for (const { place } of cells) kept.path.roundRect(...place, radius);
    outlines.set(plan, kept);
  }
  return kept.path;
}

const images = new WeakMap<CanvasRenderingContext2D, ImageData>();

/** Pixels of a canvas's size that stay while its size does. */
function imageOf(context: CanvasRenderingContext2D): ImageData {
  const { width, height } = context.canvas;
  let image = images.get(context);
  if (image?.width !== width || image.height !== height)
    images.set(context, (image = context.createImageData(width, height)));
  return image;
}
