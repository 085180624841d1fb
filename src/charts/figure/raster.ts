import { makeLayers, surface } from '../ink/layers';
import type { PictureSource } from '../ink/layers';
import type { Scheme } from '../ink/ramp';
import { coloursOf, indexOf } from './cells';

/** Largest edge of an embedded picture, px: sharp in print at a column's width. */
const edge = 1200;
/** Bytes from which on a picture is embedded as JPEG. */
const heavy = 300_000;
/** Largest edge that every browser's canvas has. */
const most = 16_384;

/** A picture as data URIs for a figure: in colour, and as what lies under a map in this style. */
export async function embed(
  picture: PictureSource,
  style: 'veil' | 'tint' | 'signed',
  scheme: Scheme,
): Promise<{ colour: string; ground: string }> {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width * scale, picture.height * scale];
  const layers = makeLayers(picture, [0, 0, 1, 1], width, height, scheme);
  const uris = [layers.colour, style === 'veil' ? layers.faded : layers.grey].map((layer) => toUri(layer));
  const [colour, ground] = await Promise.all(uris);
  return { colour, ground };
}

/** A map as a data URI, one pixel a cell. */
export function embedCells(
  [columns, rows]: readonly [columns: number, rows: number],
  weights: ArrayLike<number>,
  max: number,
  scheme: Scheme,
): Promise<string> {
  const [canvas, context] = surface(columns, rows);
  const image = context.createImageData(columns, rows);
  const colours = coloursOf(false, scheme);
  for (let i = 0; i < columns * rows; i++) {
    const at = 3 * indexOf(weights[i], max, false);
    image.data.set([colours[at], colours[at + 1], colours[at + 2], 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return toUri(canvas.transferToImageBitmap(), Infinity);
}

async function toUri(image: ImageBitmap, most = heavy): Promise<string> {
  const [canvas, context] = surface(image.width, image.height);
  context.drawImage(image, 0, 0);
  let blob = await canvas.convertToBlob({ type: 'image/png' });
  if (blob.size > most) blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return `data:${blob.type};base64,${btoa(binary)}`;
}

/**
 * A figure as PNG, `scale` times as many pixels as it has.
 * @throws Error of one sentence where it is too large for a canvas, or the browser cannot draw it
 */
export async function toPng(svg: string, scale: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {
      throw new Error('Expected a figure that this browser can draw, got one that it refuses.');
    });
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    if (Math.max(width, height) > most)
      throw new Error(
        `Expected a PNG of at most ${most.toLocaleString('en')} px an edge, got ${Math.round(width)} × ${Math.round(height)} px: take a smaller scale, or SVG.`,
      );
    const [canvas, context] = surface(width, height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    URL.revokeObjectURL(url);
  }
}
