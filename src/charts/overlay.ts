import type { Box } from '../trace/trace';
import { attentionLut, level } from './ramp';
import type { Scheme } from './ramp';

/** What a canvas can draw and whose size is known: an upright picture. */
export type PictureSource = ImageBitmap | HTMLCanvasElement | OffscreenCanvas;

/** `veil`: the picture shows through where attention is. `tint`: a grey picture dyed with the attention ramp. */
export type Overlay = 'veil' | 'tint';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** x, y, width, height in pixels of the canvas drawn on. */
export type Place = readonly [x: number, y: number, width: number, height: number];

/** The visible part of a picture at the size it is drawn in, in colour and faded; made once, drawn at every hover. */
export interface Layers {
  colour: OffscreenCanvas;
  faded: OffscreenCanvas;
  grey: OffscreenCanvas;
  /** Room to work in, of the same size. */
  scratch: OffscreenCanvas;
  scheme: Scheme;
}

/** Weights over a grid of patches in raster order; `max` is drawn as full attention. */
export interface PatchMap {
  grid: readonly [cols: number, rows: number];
  weights: ArrayLike<number>;
  max: number;
}

const paper: Record<Scheme, string> = { light: '#fbfafc', dark: '#17161c' };

function surface(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  context.imageSmoothingQuality = 'high';
  return [canvas, context];
}

/** Blends a whole layer towards the ground of the page; `share` 0..1 is how much of the ground. */
function fade(context: OffscreenCanvasRenderingContext2D, share: number, scheme: Scheme): void {
  context.globalCompositeOperation = 'source-over';
  context.globalAlpha = share;
  context.fillStyle = paper[scheme];
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.globalAlpha = 1;
}

/** Cuts `view` (in [0, 1] of the picture) out of the picture and prepares it at `width` × `height` px. */
export function makeLayers(
  picture: PictureSource,
  view: Box,
  width: number,
  height: number,
  scheme: Scheme,
): Layers {
  const [colour, colourContext] = surface(width, height);
  const { width: w, height: h } = picture;
  colourContext.drawImage(
    picture,
    view[0] * w,
    view[1] * h,
    view[2] * w,
    view[3] * h,
    0,
    0,
    colour.width,
    colour.height,
  );
  const layer = (share: number): OffscreenCanvas => {
    const [canvas, context] = surface(width, height);
    context.drawImage(colour, 0, 0);
    context.globalCompositeOperation = 'saturation';
    context.fillStyle = '#808080';
    context.fillRect(0, 0, canvas.width, canvas.height);
    fade(context, share, scheme);
    return canvas;
  };
  return {
    colour,
    faded: layer(0.72),
    grey: layer(scheme === 'light' ? 0.6 : 0.66),
    scratch: surface(width, height)[0],
    scheme,
  };
}

/** Paints one pixel per patch. `paint` gives red, green, blue, alpha (0..255) for a level from 0 to 1. */
function pixels(
  map: PatchMap,
  paint: (share: number) => readonly [number, number, number, number],
): OffscreenCanvas {
  const [cols, rows] = map.grid;
  const [canvas, context] = surface(cols, rows);
  const image = context.createImageData(cols, rows);
  for (let i = 0; i < cols * rows; i++)
    image.data.set(paint(map.max > 0 ? Math.min(1, map.weights[i] / map.max) : 0), 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** One small heat map on the attention ramp, as in the atlas: no picture. */
export function drawHeat(context: Context, place: Place, map: PatchMap, scheme: Scheme): void {
  const colours = attentionLut(scheme);
  const dots = pixels(map, (share) => {
    const at = 3 * level(share);
    return [colours[at], colours[at + 1], colours[at + 2], 255];
  });
  context.imageSmoothingEnabled = false;
  context.drawImage(dots, ...place);
}

function drawVeil(context: Context, layers: Layers, place: Place, map: PatchMap, smooth: boolean): void {
  const mask = pixels(map, (share) => [0, 0, 0, Math.round(255 * share)]);
  const lit = layers.scratch.getContext('2d');
  if (!lit) return;
  lit.globalCompositeOperation = 'copy';
  lit.drawImage(layers.colour, 0, 0);
  lit.globalCompositeOperation = 'destination-in';
  lit.imageSmoothingEnabled = smooth;
  lit.drawImage(mask, ...place);
  context.drawImage(layers.faded, ...place, ...place);
  context.drawImage(layers.scratch, ...place, ...place);
}

function drawTint(context: Context, layers: Layers, place: Place, map: PatchMap, smooth: boolean): void {
  const colours = attentionLut(layers.scheme);
  const dye = pixels(map, (share) => {
    const at = 3 * level(share);
    return [colours[at], colours[at + 1], colours[at + 2], 255];
  });
  context.drawImage(layers.grey, ...place, ...place);
  context.globalCompositeOperation = layers.scheme === 'light' ? 'multiply' : 'screen';
  context.imageSmoothingEnabled = smooth;
  context.drawImage(dye, ...place);
  context.globalCompositeOperation = 'source-over';
}

/** Fades and hatches everything but `place`: the part of the picture that the model never sees. */
function drawOutside(context: Context, layers: Layers, place: Place): void {
  const { width, height } = layers.colour;
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(...place);
  context.clip('evenodd');
  context.drawImage(layers.faded, 0, 0);
  context.strokeStyle = layers.scheme === 'light' ? 'rgb(70 66 90 / 0.22)' : 'rgb(220 216 240 / 0.16)';
  context.lineWidth = Math.max(1, width / 500);
  context.beginPath();
  const gap = Math.max(7, width / 60);
  for (let x = -height; x < width; x += gap) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.restore();
}

/**
 * Draws the picture with attention on it. `place` is where the model's crop lies on the canvas; without a map the crop is
 * shown in plain colour.
 */
export function drawPicture(
  context: Context,
  layers: Layers,
  place: Place,
  map: PatchMap | null,
  overlay: Overlay,
  smooth: boolean,
): void {
  context.clearRect(0, 0, layers.colour.width, layers.colour.height);
  if (!map) context.drawImage(layers.colour, ...place, ...place);
  else if (overlay === 'veil') drawVeil(context, layers, place, map, smooth);
  else drawTint(context, layers, place, map, smooth);
  drawOutside(context, layers, place);
}

/** Tiles a strip with 32 colours of a picture, neighbours far apart in it: something for the veil of a colour bar to lie on. */
function drawSwatches(context: OffscreenCanvasRenderingContext2D, picture: OffscreenCanvas): void {
  const [small, smallContext] = surface(8, 4);
  smallContext.drawImage(picture, 0, 0, 8, 4);
  context.imageSmoothingEnabled = false;
  const { width, height } = context.canvas;
  for (let i = 0; i < 32; i++) {
    const from = (i * 13) % 32;
    const [left, right] = [Math.round((i * width) / 32), Math.round(((i + 1) * width) / 32)];
    context.drawImage(small, from % 8, Math.floor(from / 8), 1, 1, left, 0, right - left, height);
  }
}

/** Draws the colour bar from 0 to full attention in the way the picture is drawn: a veil thins out over its colours. */
export function drawBar(
  context: Context,
  layers: Layers | null,
  place: Place,
  overlay: Overlay,
  scheme: Scheme,
): void {
  const grid = [256, 1] as const;
  const ramp: PatchMap = { grid, weights: Float32Array.from({ length: 256 }, (_, i) => i / 255), max: 1 };
  if (overlay === 'tint' || !layers) {
    drawHeat(context, place, ramp, scheme);
    return;
  }
  const [cut, cutContext] = surface(place[2], place[3]);
  drawSwatches(cutContext, layers.colour);
  const bar = makeLayers(cut, [0, 0, 1, 1], cut.width, cut.height, scheme);
  const [out, outContext] = surface(place[2], place[3]);
  drawVeil(outContext, bar, [0, 0, out.width, out.height], ramp, true);
  context.drawImage(out, place[0], place[1]);
}

/** Where a crop lies when `view` of the picture fills `width` × `height` px. */
export function cropPlace(crop: Box, view: Box, width: number, height: number): Place {
  const left = Math.round(((crop[0] - view[0]) / view[2]) * width);
  const top = Math.round(((crop[1] - view[1]) / view[3]) * height);
  const right = Math.round(((crop[0] + crop[2] - view[0]) / view[2]) * width);
  const bottom = Math.round(((crop[1] + crop[3] - view[1]) / view[3]) * height);
  return [left, top, right - left, bottom - top];
}
