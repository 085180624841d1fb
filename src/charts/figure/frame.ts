import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { about, escape, tag, wrap, write } from './svg';

/** What every figure says of itself. */
export interface Said {
  /** "ViLT-mini · joint 5, head 2" */
  title: string;
  /** "“dog” as query: text queries → image keys" */
  direction: string;
  /** The caption that the model was given; empty for a figure that is of no caption. */
  caption: string;
  /** Where it comes from: the model's file and the page. */
  source: string;
}

/** The part of a figure that differs from figure to figure: SVG in its own coordinates. */
export interface Body {
  width: number;
  height: number;
  svg: string;
}

const margin = 20;
/** Sizes of type, px: none is smaller than what a lecture hall reads. */
export const type = { title: 16, text: 13, small: 12 };

/**
 * A figure as one SVG document that browsers and Inkscape show alike: no style sheet, no foreign object, generic font families, colours as
 * numbers; what is drawn from pixels is embedded.
 */
export function frame({ title, direction, caption, source }: Said, body: Body, scheme: Scheme): string {
  const inner = Math.max(body.width, 400);
  const ink = hue('ink', scheme);
  const muted = hue('muted', scheme);
  const lines: string[] = [];
  let y = margin;
  const say = (said: string[], size: number, attributes: Record<string, string>) => {
    for (const line of said) {
      y += Math.round(size * 1.35);
      lines.push(write(margin, y - Math.round(size * 0.3), line, { 'font-size': size, ...attributes }));
    }
  };
  // Bold letters are wider.
  say(wrap(title, inner, type.title * 1.1, 2), type.title, { 'font-weight': '600', fill: ink });
  say(wrap(direction, inner, type.text, 2), type.text, { fill: muted });
  y += 12;
  const top = y;
  y += body.height + 10;
  if (caption) say(wrap(`“${caption}”`, inner, type.text), type.text, { fill: ink });
  say(wrap(source, inner, type.small, 3), type.small, { fill: muted });
  const [width, height] = [inner + 2 * margin, y + margin];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      'xmlns:xlink': 'http://www.w3.org/1999/xlink',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'sans-serif',
    },
    about(title),
    tag('desc', {}, escape([direction, caption, source].filter(Boolean).join('. '))),
    tag('rect', { width, height, fill: hue('card', scheme) }),
    ...lines,
    tag('g', { transform: `translate(${margin} ${top})` }, body.svg),
  )}\n`;
}
