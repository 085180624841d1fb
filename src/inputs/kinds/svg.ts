import { plain, type Header } from './header';

/** An SVG has no pixels of its own: it is drawn with this many on its longer edge. */
const svgEdge = 1024;

/** CSS pixels in one of a unit. */
const units: Record<string, number> = {
  '': 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  mm: 96 / 25.4,
  cm: 96 / 2.54,
  in: 96,
  em: 16,
  ex: 8,
};

/** Start of an SVG document: declaration, comments and document type, then the root. */
const root =
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>\s*)*<(?:\w+:)?svg\b([^>]*)>/;

/** The header of an SVG document, or null when the text is none. */
export function readSvg(text: string): Header | null {
  const match = root.exec(text);
  if (!match) return null;
  const attribute = (name: string) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(match[1])?.[1];
  const box = attribute('viewBox')
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const hasBox = box?.length === 4 && box[2] > 0 && box[3] > 0;
  const ratio = hasBox ? box[2] / box[3] : null;
  let width = length(attribute('width'));
  let height = length(attribute('height'));
  if (width === null && height === null) [width, height] = hasBox ? [box[2], box[3]] : [300, 150];
  width ??= (height ?? 150) * (ratio ?? 2);
  height ??= width / (ratio ?? 2);
  const scale = svgEdge / Math.max(width, height);
  return {
    ...plain,
    kind: 'svg',
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    alpha: true,
    complete: match[1].endsWith('/') || /<\/(?:\w+:)?svg\s*>/.test(text.slice(-4096)),
  };
}

function length(attribute: string | undefined): number | null {
  const match = /^\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(attribute ?? '');
  const pixels = match ? Number(match[1]) * (units[match[2].toLowerCase()] ?? NaN) : NaN;
  return pixels > 0 && Number.isFinite(pixels) ? pixels : null;
}
