import type { Box } from '../../trace/trace';
import type { Scheme } from './ramp';

/** What a canvas can draw and whose size is known: an upright picture. */
export type PictureSource = ImageBitmap | HTMLCanvasElement | OffscreenCanvas;

/** x, y, width, height in pixels of the canvas drawn on. */
export type Place = readonly [x: number, y: number, width: number, height: number];

/**
 * The visible part of a picture at the size it is drawn in, in colour and faded; each made once, when first drawn, and drawn patch by patch
 * at every hover: from a canvas each patch would take a snapshot.
 */
export class Layers {
  readonly colour: ImageBitmap;
  readonly scheme: Scheme;
  #faded: ImageBitmap | null = null;
  #grey: ImageBitmap | null = null;

  constructor(colour: ImageBitmap, scheme: Scheme) {
    this.colour = colour;
    this.scheme = scheme;
  }

  /** Without colour and near the ground of the page: what lies behind a veil. */
  get faded(): ImageBitmap {
    return (this.#faded ??= fadedLayer(this, 0.72));
  }
  /** Without colour, a little less faded: what lies under a tint. */
  get grey(): ImageBitmap {
    return (this.#grey ??= fadedLayer(this, this.scheme === 'light' ? 0.6 : 0.66));
  }
}

/** Layers with the model's crop at `place`; `backdrop` is faded, and hatched where the model sees nothing. */
export interface Stage {
  layers: Layers;
  place: Place;
  backdrop: ImageBitmap;
}

const paper: Record<Scheme, string> = { light: '#fbfafc', dark: '#17161c' };

/** A canvas off the page and its context, at least one pixel large. */
export function surface(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  context.imageSmoothingQuality = 'high';
  return [canvas, context];
}

/** A picture without its colour, `share` (0..1) of the way to the ground of the page. */
function fadedLayer({ colour, scheme }: Layers, share: number): ImageBitmap {
  const [canvas, context] = surface(colour.width, colour.height);
  context.drawImage(colour, 0, 0);
  context.globalCompositeOperation = 'saturation';
  context.fillStyle = '#808080';
  context.fillRect(0, 0, canvas.width, canvas.height);
  fade(context, share, scheme);
  return canvas.transferToImageBitmap();
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
  return new Layers(colour.transferToImageBitmap(), scheme);
}

/** Places the model's crop on the layers and hatches everything else. */
export function makeStage(layers: Layers, place: Place): Stage {
  const { width, height } = layers.colour;
  const [backdrop, context] = surface(width, height);
  context.drawImage(layers.faded, 0, 0);
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(...place);
  context.clip('evenodd');
  context.strokeStyle = layers.scheme === 'light' ? 'rgb(70 66 90 / 0.22)' : 'rgb(220 216 240 / 0.16)';
  context.lineWidth = Math.max(1, width / 500);
  context.beginPath();
  const gap = Math.max(7, width / 60);
  for (let x = -height; x < width; x += gap) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  return { layers, place, backdrop: backdrop.transferToImageBitmap() };
}

/** Where a crop lies when `view` of the picture fills `width` × `height` px. */
export function cropPlace(crop: Box, view: Box, width: number, height: number): Place {
  const left = Math.round(((crop[0] - view[0]) / view[2]) * width);
  const top = Math.round(((crop[1] - view[1]) / view[3]) * height);
  const right = Math.round(((crop[0] + crop[2] - view[0]) / view[2]) * width);
  const bottom = Math.round(((crop[1] + crop[3] - view[1]) / view[3]) * height);
  return [left, top, right - left, bottom - top];
}
