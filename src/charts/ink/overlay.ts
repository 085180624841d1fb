import { makeLayers, makeStage, surface } from './layers';
import type { Layers, Place, Stage } from './layers';
import { attentionLut, differenceLut, level } from './ramp';
import type { Lut, Scheme } from './ramp';

/**
 * `veil`: the picture shows through where attention is. `tint`: a grey picture dyed with the attention ramp. `signed`: dyed with the map
 * for differences, zero in its middle; `max` is then the largest size.
 */
export type Overlay = 'veil' | 'tint' | 'signed';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Weights over a grid of patches in raster order; `max` is drawn as full attention. */
export interface PatchMap {
  grid: readonly [cols: number, rows: number];
  weights: ArrayLike<number>;
  max: number;
}

/** Paints one pixel per patch. `paint` gives red, green, blue, alpha (0..255) for a level from -1 to 1. */
function pixels(
  map: PatchMap,
  paint: (share: number) => readonly [number, number, number, number],
): OffscreenCanvas {
  const [cols, rows] = map.grid;
  const [canvas, context] = surface(cols, rows);
  const image = context.createImageData(cols, rows);
  for (let i = 0; i < cols * rows; i++)
    image.data.set(paint(map.max > 0 ? Math.max(-1, Math.min(1, map.weights[i] / map.max)) : 0), 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}

let sheet: ReturnType<typeof surface> | null = null;

/** A surface of at least this size that stays: making one costs more than drawing on it. */
function sheetOf(width: number, height: number): ReturnType<typeof surface> {
  if (!sheet || sheet[0].width < width || sheet[0].height < height)
    sheet = surface(Math.max(width, sheet?.[0].width ?? 0), Math.max(height, sheet?.[0].height ?? 0));
  return sheet;
}

/** Colour over the backdrop: what each patch lets through of it is one pixel that is laid on in large. Three drawings on an empty canvas, since this runs at every hover. */
function drawVeil(context: Context, { layers, place, backdrop }: Stage, map: PatchMap): void {
  const [cols, rows] = map.grid;
  const [mask, maskContext] = sheetOf(cols, rows);
  const image = maskContext.createImageData(cols, rows);
  for (let i = 0; i < cols * rows; i++)
    image.data[4 * i + 3] = map.max > 0 ? 255 * Math.min(1, map.weights[i] / map.max) : 0;
  maskContext.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(mask, 0, 0, cols, rows, ...place);
  context.globalCompositeOperation = 'source-in';
  context.drawImage(layers.colour, 0, 0);
  context.globalCompositeOperation = 'destination-over';
  context.drawImage(backdrop, 0, 0);
  context.globalCompositeOperation = 'source-over';
}

function drawSmoothVeil(context: Context, { layers, place }: Stage, map: PatchMap): void {
  const [lit, litContext] = surface(layers.colour.width, layers.colour.height);
  litContext.drawImage(layers.colour, 0, 0);
  litContext.globalCompositeOperation = 'destination-in';
  litContext.drawImage(
    pixels(map, (share) => [0, 0, 0, Math.round(255 * share)]),
    ...place,
  );
  context.drawImage(lit, 0, 0);
}

function dyed(map: PatchMap, colours: Lut, signed: boolean): OffscreenCanvas {
  return pixels(map, (share) => {
    const at = 3 * level(signed ? (share + 1) / 2 : share);
    return [colours[at], colours[at + 1], colours[at + 2], 255];
  });
}

function drawTint(
  context: Context,
  { layers, place }: Stage,
  map: PatchMap,
  smooth: boolean,
  signed: boolean,
): void {
  const dye = dyed(map, (signed ? differenceLut : attentionLut)(layers.scheme), signed);
  context.drawImage(layers.grey, ...place, ...place);
  context.globalCompositeOperation = layers.scheme === 'light' ? 'multiply' : 'screen';
  context.imageSmoothingEnabled = smooth;
  context.drawImage(dye, ...place);
  context.globalCompositeOperation = 'source-over';
}

/** Draws the picture with attention on it; without a map the crop is shown in plain colour. */
export function drawPicture(
  context: Context,
  stage: Stage,
  map: PatchMap | null,
  overlay: Overlay,
  smooth: boolean,
): void {
  context.clearRect(0, 0, stage.backdrop.width, stage.backdrop.height);
  if (map && overlay === 'veil' && !smooth) return drawVeil(context, stage, map);
  context.drawImage(stage.backdrop, 0, 0);
  if (!map) context.drawImage(stage.layers.colour, ...stage.place, ...stage.place);
  else if (overlay !== 'veil') drawTint(context, stage, map, smooth, overlay === 'signed');
  else drawSmoothVeil(context, stage, map);
}

/** Hue of image keys: something plain for the veil of a colour bar to lie on. */
const seen: Record<Scheme, string> = { light: 'oklch(0.66 0.12 235)', dark: 'oklch(0.74 0.11 235)' };

/** Draws the colour bar from 0 to full attention in the way the picture is drawn: a veil thins out. A signed one has 0 in its middle. */
export function drawBar(
  context: Context,
  layers: Layers | null,
  place: Place,
  overlay: Overlay,
  scheme: Scheme,
): void {
  const grid = [256, 1] as const;
  if (overlay === 'signed') {
    const weights = Float32Array.from({ length: 256 }, (_, i) => (2 * i) / 255 - 1);
    context.drawImage(dyed({ grid, weights, max: 1 }, differenceLut(scheme), true), ...place);
    return;
  }
  const ramp: PatchMap = { grid, weights: Float32Array.from({ length: 256 }, (_, i) => i / 255), max: 1 };
  if (overlay === 'tint' || !layers) {
    context.imageSmoothingEnabled = false;
    context.drawImage(dyed(ramp, attentionLut(scheme), false), ...place);
    return;
  }
  const [cut, cutContext] = surface(place[2], place[3]);
  const { width, height } = cut;
  cutContext.fillStyle = seen[scheme];
  cutContext.fillRect(0, 0, width, height);
  const bar = makeStage(makeLayers(cut, [0, 0, 1, 1], width, height, scheme), [0, 0, width, height]);
  drawPicture(cutContext, bar, ramp, 'veil', true);
  context.drawImage(cut, place[0], place[1]);
}
