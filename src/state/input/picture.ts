import type { Sniffed } from '../../inputs/sniff';
import type { Picture } from '../../trace/trace';

/** Largest edge that is kept, px: forty times what a small model sees. */
const edge = 4096;
const heaviest = 256 * 2 ** 20;

/** A picture as numbers for the models and as an opaque image for the screen. */
export interface Decoded {
  picture: Picture;
  image: ImageBitmap;
  /** Sentences: what was done to the picture that may surprise. */
  notes: readonly string[];
}

/**
 * Decodes a picture on this machine: upright, in its own colour values, at most 4,096 px an edge.
 * @throws Error with one sentence for the visitor when it is no picture, damaged or too large.
 */
export async function decodePicture(file: Blob): Promise<Decoded> {
  if (file.size > heaviest)
    throw new Error(
      `Expected a picture of at most 256 MB, got a file of ${Math.round(file.size / 2 ** 20)} MB.`,
    );
  const { sniff, transparent } = await import('../../inputs/sniff');
  const sniffed = sniff(new Uint8Array(await file.arrayBuffer()));
  const notes = [...sniffed.notes];
  const size = fit(sniffed);
  if (size.width < sniffed.width)
    notes.push(`Reduced from ${pixels(sniffed)} to ${pixels(size)}: the models see far fewer.`);
  const image = await (sniffed.kind === 'svg' ? drawSvg(file, size) : decode(file, sniffed.kind, size));
  const both = await bothOf(image);
  // A screenshot often has an alpha channel and no transparent part.
  const opaque = both.image === image;
  return { ...both, notes: opaque ? notes.filter((note) => note !== transparent) : notes };
}

/** Decodes a picture that ships with the page, of which the gallery says how large it is: nothing has to be found out first. */
export async function decodeShipped(file: Blob, size: { width: number; height: number }): Promise<Decoded> {
  return { ...(await bothOf(await decode(file, file.type.replace('image/', ''), size))), notes: [] };
}

async function bothOf(image: ImageBitmap): Promise<Omit<Decoded, 'notes'>> {
  const picture = read(image);
  return { picture, image: await flatten(image, picture) };
}

function fit({ width, height }: Sniffed): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const pixels = ({ width, height }: { width: number; height: number }) =>
  `${width.toLocaleString('en')} × ${height.toLocaleString('en')} px`;

async function decode(
  file: Blob,
  kind: string,
  size: { width: number; height: number },
): Promise<ImageBitmap> {
  const options = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' } as const;
  try {
    const whole = await createImageBitmap(file, { ...options, imageOrientation: 'from-image' });
    if (whole.width === size.width && whole.height === size.height) return whole;
    const resize = { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'high' } as const;
    return await createImageBitmap(whole, { ...options, ...resize });
  } catch {
    throw new Error(
      `Expected a picture that this browser can decode, got a ${kind.toUpperCase()} that it refuses.`,
    );
  }
}

/** An SVG in an image element runs no script and loads nothing. */
async function drawSvg(
  file: Blob,
  { width, height }: { width: number; height: number },
): Promise<ImageBitmap> {
  const url = URL.createObjectURL(new Blob([file], { type: 'image/svg+xml' }));
  try {
    const element = new Image(width, height);
    element.src = url;
    await element.decode();
    const [canvas, context] = surface(width, height);
    context.drawImage(element, 0, 0, width, height);
    return await createImageBitmap(canvas);
  } catch {
    throw new Error('Expected an SVG that this browser can draw, got one that it refuses.');
  } finally {
    URL.revokeObjectURL(url);
  }
}

function read(image: ImageBitmap): Picture {
  const { width, height } = image;
  const [, context] = surface(width, height);
  context.drawImage(image, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** A picture for the screen. */
export async function imageOf(picture: Picture): Promise<ImageBitmap> {
  const { width, height, data } = picture;
  return flatten(await createImageBitmap(new ImageData(data, width, height)), picture);
}

/** Transparent parts lie over white on the screen too, as they do for the models. */
async function flatten(image: ImageBitmap, { width, height, data }: Picture): Promise<ImageBitmap> {
  let opaque = true;
  for (let alpha = 3; alpha < data.length && opaque; alpha += 4) opaque = data[alpha] === 255;
  if (opaque) return image;
  const [canvas, context] = surface(width, height);
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  return createImageBitmap(canvas);
}

function surface(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('Expected a 2D canvas from the browser, got none.');
  return [canvas, context];
}
