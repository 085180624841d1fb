import type { Box } from '../../trace/trace';
import { largest, largestSize, percent } from '../ink/format';
import { cropPlace, makeLayers, makeStage } from '../ink/layers';
import type { PictureSource } from '../ink/layers';
import { drawBar, drawPicture } from '../ink/overlay';
import type { Overlay } from '../ink/overlay';
import type { Scheme } from '../ink/ramp';

/** What a saved figure shows and says. */
export interface Figure {
  picture: PictureSource;
  crop: Box;
  grid: readonly [cols: number, rows: number];
  weights: ArrayLike<number> | null;
  /** Weight drawn as full attention; null takes the largest. */
  max?: number | null;
  overlay?: Overlay;
  /** How a weight is told. */
  format?: (value: number) => string;
  smooth?: boolean;
  scheme?: Scheme;
  /** "vilt-mini · joint 5 · head 2" */
  title: string;
  /** "text queries → image keys, query “dog”" */
  direction: string;
  /** The caption that the model was given. */
  caption: string;
}

const inks: Record<Scheme, { card: string; ink: string; muted: string }> = {
  light: { card: '#ffffff', ink: '#23222b', muted: '#5b5a66' },
  dark: { card: '#1a191f', ink: '#ecebf0', muted: '#adacb6' },
};

/** Breaks text into at most `most` lines that fit `width`; the last one ends in an ellipsis when words are left. */
function wrap(
  context: OffscreenCanvasRenderingContext2D,
  text: string,
  width: number,
  most: number,
): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && context.measureText(longer).width > width) {
      if (lines.length === most - 1) return [...lines, `${line} …`];
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/**
 * Composes picture, map, colour bar, model, direction and caption into one PNG of `width` CSS px, at twice that many pixels.
 * @throws Error when the browser has no 2d canvas.
 */
export async function saveFigure(figure: Figure, width = 560): Promise<Blob> {
  const { picture, crop, grid, weights, overlay = 'veil', smooth = false, scheme = 'light' } = figure;
  const { format = percent } = figure;
  const signed = overlay === 'signed';
  const ratio = 2;
  const margin = 20;
  const inner = width - 2 * margin;
  const tall = Math.round((inner * picture.height) / picture.width);
  const colours = inks[scheme];
  const font = (size: number, weight = 400): string =>
    `${weight} ${size}px "Inter Variable", system-ui, sans-serif`;
  await document.fonts.load(font(14));

  const ruler = new OffscreenCanvas(1, 1).getContext('2d');
  if (!ruler) throw new Error('expected a 2d canvas context, got none');
  ruler.font = font(14);
  const caption = wrap(ruler, `“${figure.caption}”`, inner, 3);
  const head = margin + 46;
  const height = head + tall + (weights ? 44 : 12) + caption.length * 20 + margin;

  const canvas = new OffscreenCanvas(width * ratio, height * ratio);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  context.scale(ratio, ratio);
  context.fillStyle = colours.card;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'top';
  context.fillStyle = colours.ink;
  context.font = font(15, 600);
  context.fillText(figure.title, margin, margin, inner);
  context.fillStyle = colours.muted;
  context.font = font(13);
  context.fillText(figure.direction, margin, margin + 22, inner);

  const layers = makeLayers(picture, [0, 0, 1, 1], inner * ratio, tall * ratio, scheme);
  const max = figure.max ?? (weights ? (signed ? largestSize : largest)(weights) : 0);
  const { width: w, height: h } = layers.colour;
  const drawn = new OffscreenCanvas(w, h);
  const drawnContext = drawn.getContext('2d');
  if (!drawnContext) throw new Error('expected a 2d canvas context, got none');
  const map = weights ? { grid, weights, max } : null;
  const stage = makeStage(layers, cropPlace(crop, [0, 0, 1, 1], w, h));
  drawPicture(drawnContext, stage, map, overlay, smooth);
  context.drawImage(drawn, margin, head, inner, tall);

  let below = head + tall + 12;
  if (weights) {
    const left = signed ? 56 : 16;
    const length = inner - left - 80;
    const bar = new OffscreenCanvas(length * ratio, 10 * ratio);
    const barContext = bar.getContext('2d');
    if (barContext) drawBar(barContext, layers, [0, 0, bar.width, bar.height], overlay, scheme);
    context.drawImage(bar, margin + left, below + 2, length, 10);
    context.font = font(12);
    context.fillText(signed ? format(-max) : '0', margin, below);
    context.fillText(`${format(max)} max`, margin + inner - 72, below);
    below += 32;
  }
  context.fillStyle = colours.ink;
  context.font = font(14);
  caption.forEach((line, i) => context.fillText(line, margin, below + 20 * i));
  return canvas.convertToBlob({ type: 'image/png' });
}

/** A table as CSV (RFC 4180), its header first; what holds a comma, a quote or a line break is quoted, and null is empty. */
export function saveTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): Blob {
  const field = (value: string | number | null) => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`);
  return new Blob(lines, { type: 'text/csv;charset=utf-8' });
}
