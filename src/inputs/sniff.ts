import { readAvif } from './kinds/avif';
import { readBmp } from './kinds/bmp';
import { readGif } from './kinds/gif';
import { ascii, type Header, type Kind, type ReadHeader } from './kinds/header';
import { readJpeg } from './kinds/jpeg';
import { nameOther } from './kinds/others';
import { readPng } from './kinds/png';
import { readSvg } from './kinds/svg';
import { readWebp } from './kinds/webp';

/** The largest picture that is decoded: 64 megapixels are 256 MB as RGBA. */
const limits = { edge: 16_384, pixels: 64_000_000 };

/** What is known of a picture before it is decoded. */
export interface Sniffed {
  kind: Kind;
  /** Upright, in pixels; an SVG is given 1,024 on its longer edge. */
  width: number;
  height: number;
  frames: number;
  /** EXIF orientation: 1 is upright. Browsers turn the picture themselves. */
  orientation: number;
  /** Sentences for the visitor: what is done to the picture that may surprise. */
  notes: string[];
}

const names: Record<Kind, string> = {
  jpeg: 'a JPEG',
  png: 'a PNG',
  gif: 'a GIF',
  webp: 'a WebP',
  avif: 'an AVIF',
  bmp: 'a BMP',
  svg: 'an SVG',
};

const readers: readonly [kind: Kind, pattern: RegExp, read: ReadHeader][] = [
  ['jpeg', /^\xff\xd8\xff/, readJpeg],
  ['png', /^\x89PNG\r\n\x1a\n/, readPng],
  ['gif', /^GIF8[79]a/, readGif],
  ['webp', /^RIFF....WEBP/s, readWebp],
  ['avif', /^....ftyp(avif|avis)/s, readAvif],
  ['bmp', /^BM/, readBmp],
];

/**
 * Reads kind, size and peculiarities of a picture from its bytes, without decoding it.
 * @throws Error with one sentence for the visitor: no picture, an empty or truncated file, or a picture that is too large.
 */
export function sniff(bytes: Uint8Array): Sniffed {
  const wanted = 'Expected a picture (JPEG, PNG, WebP, AVIF, GIF, BMP or SVG)';
  if (bytes.length === 0) throw new Error(`${wanted}, got an empty file (0 bytes).`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(bytes, view);
  if (!header) throw new Error(`${wanted}, got ${nameOther(view)}.`);
  const name = names[header.kind];
  const size = `${header.width.toLocaleString('en')} × ${header.height.toLocaleString('en')} px`;
  if (!(header.width >= 1 && header.height >= 1))
    throw new Error(`Expected a picture with pixels, got ${name} of ${size}.`);
  if (Math.max(header.width, header.height) > limits.edge || header.width * header.height > limits.pixels)
    throw new Error(
      `Expected a picture of at most 64 megapixels and ${limits.edge.toLocaleString('en')} px an edge, got ${name} of ${size}.`,
    );
  if (!header.complete) throw cutShort(header.kind);
  const sideways = header.orientation >= 5;
  return {
    kind: header.kind,
    width: sideways ? header.height : header.width,
    height: sideways ? header.width : header.height,
    frames: header.frames,
    orientation: header.orientation,
    notes: notes(header),
  };
}

function readHeader(bytes: Uint8Array, view: DataView): Header | null {
  const start = ascii(view, 0, 16);
  const found = readers.find(([, pattern]) => pattern.test(start));
  if (!found) return /^(\xef\xbb\xbf)?\s*</.test(start) ? readSvg(new TextDecoder().decode(bytes)) : null;
  const [kind, , read] = found;
  try {
    return read(view);
  } catch (error) {
    throw error instanceof RangeError ? cutShort(kind) : error;
  }
}

const cutShort = (kind: Kind) =>
  new Error(
    `Expected a whole picture, got ${names[kind]} that is cut short: the file ends before its picture does.`,
  );

/** Said of a picture that may have transparent parts. */
export const transparent = 'Transparent parts are laid over white.';

function notes({ kind, frames, orientation, colours, alpha }: Header): string[] {
  const said: string[] = [];
  if (frames > 1) said.push(`Animated: only the first of ${frames} frames is used.`);
  if (orientation > 1) said.push('Turned upright, as its EXIF orientation says.');
  if (colours === 'cmyk') said.push('CMYK colours: your browser converts them to RGB, not exactly.');
  if (colours === 'grey') said.push('Greyscale: the models were trained on colour.');
  if (kind === 'svg') said.push('SVG: drawn as a picture over white; nothing in it runs.');
  else if (alpha) said.push(transparent);
  return said;
}
