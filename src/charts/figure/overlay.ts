import { largest, largestSize } from '../ink/format';
import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { drawCells, type Rect } from './cells';
import { frame, type Said } from './frame';
import { barHeight, drawBar } from './legend';
import { drawOutlines, drawTiles, type RegionMarks } from './regions';
import { image, short, tag, write } from './svg';
import { drawWords, type Word } from './words';

/** A picture with a head on it. */
export interface OverlayFigure {
  /** Pixels as data URIs: in colour, and as what lies under the map (faded or grey). */
  colour: string;
  ground: string;
  /** Of the picture, in pixels. */
  size: readonly [width: number, height: number];
  /** Part of the picture that the model sees, in [0, 1]. */
  crop: Rect;
  grid: readonly [columns: number, rows: number];
  /** One a patch; null where the head has no map over the picture. */
  weights: ArrayLike<number> | null;
  /** Weight drawn as full attention; null takes the largest. */
  max: number | null;
  /** `veil`: the picture shows through where attention is; `tint`: dyed with the ramp; `signed`: dyed by parts that may be below zero. */
  style: 'veil' | 'tint' | 'signed';
  words: readonly Word[];
  /** Index of the patch that is selected. */
  selected: number | null;
  /** Boxes in place of patches. */
  regions?: RegionMarks | null;
  format: (value: number) => string;
  unit: string;
}

/** Of the picture, px of the figure. */
export const overlayWidth = 480;
const width = overlayWidth;

/** The picture, the map over it as one shape a patch, the colour bar and the words. */
export function overlayFigure(figure: OverlayFigure, said: Said, scheme: Scheme): string {
  const { size, crop, weights, style, format, unit, words } = figure;
  const height = (width * size[1]) / size[0];
  const seen: Rect = [crop[0] * width, crop[1] * height, crop[2] * width, crop[3] * height];
  const signed = style === 'signed';
  const max = figure.max ?? (weights ? (signed ? largestSize : largest)(weights) : 0);
  const parts = [image(weights ? figure.ground : figure.colour, { width, height })];
  const { regions } = figure;
  if (weights && style === 'veil') parts.push(veil(figure, seen, height, max));
  else if (weights && regions)
    parts.push(tag('g', { opacity: 0.72 }, drawTiles(regions.tiles, seen, max, scheme)));
  else if (weights)
    parts.push(tag('g', { opacity: 0.72 }, drawCells(seen, figure.grid, weights, max, scheme, signed)));
  const box = { x: seen[0], y: seen[1], width: seen[2], height: seen[3] };
  parts.push(tag('rect', { ...box, fill: 'none', stroke: hue('muted', scheme), 'stroke-width': 1 }));
  if (regions) parts.push(drawOutlines(regions, scheme));
  else if (figure.selected !== null) parts.push(mark(figure.selected, figure.grid, seen, scheme));
  let y = height + 10;
  if (weights) {
    const bar = {
      max,
      signed,
      format,
      unit,
    };
    parts.push(style === 'veil' ? sayRange(bar.max, bar.unit, format, y, scheme) : drawBar(bar, y, scheme));
    y += barHeight + 8;
  }
  const drawn = drawWords(words, width, y, scheme);
  return frame(said, { width, height: y + drawn.height, svg: parts.join('') + drawn.svg }, scheme);
}

/** The picture in colour, seen through a mask that is as bright as the weights. */
function veil(
  { colour, grid: [columns, rows], weights, regions }: OverlayFigure,
  seen: Rect,
  height: number,
  max: number,
): string {
  const [x, y, wide, tall] = seen;
  const places = Array.from(weights ?? [], (weight, patch) => ({
    weight,
    place: [
      x + ((patch % columns) * wide) / columns,
      y + (Math.floor(patch / columns) * tall) / rows,
      wide / columns,
      tall / rows,
    ] as const,
  }));
  const holes = (regions?.tiles ?? places).map(({ place: [left, top, across, down], weight }) => {
    const share = max > 0 ? Math.max(0, Math.min(1, weight / max)) : 0;
    if (!(share >= 0.002)) return '';
    return tag('rect', {
      x: left,
      y: top,
      width: across,
      height: down,
      fill: '#fff',
      'fill-opacity': share,
    });
  });
  return [
    tag(
      'defs',
      {},
      tag('mask', { id: 'seen', maskUnits: 'userSpaceOnUse', x: 0, y: 0, width, height }, ...holes),
    ),
    image(colour, { width, height, mask: 'url(#seen)' }),
  ].join('');
}

function sayRange(
  max: number,
  unit: string,
  format: (value: number) => string,
  y: number,
  scheme: Scheme,
): string {
  const bar = Array.from({ length: 12 }, (_, i) =>
    tag('rect', {
      x: i * 8,
      y: y + 4,
      width: 8,
      height: 12,
      fill: hue('image-solid', scheme),
      'fill-opacity': (i + 0.5) / 12,
    }),
  );
  const said = { 'font-size': 12, fill: hue('muted', scheme) };
  return [...bar, write(104, y + 14, `0 to ${format(max)}, ${unit}`, said)].join('');
}

function mark(
  patch: number,
  [columns, rows]: OverlayFigure['grid'],
  [x, y, wide, tall]: Rect,
  scheme: Scheme,
): string {
  const [w, h] = [wide / columns, tall / rows];
  const [left, top] = [x + (patch % columns) * w, y + Math.floor(patch / columns) * h];
  const d = `M${short(left)} ${short(top)}h${short(w)}v${short(h)}h${short(-w)}z`;
  return tag('path', { d, fill: 'none', stroke: hue('image-solid', scheme), 'stroke-width': 2.5 });
}
