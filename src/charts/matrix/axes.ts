import type { Scheme } from '../ink/ramp';
import { stepOf, stretches } from './matrix';
import type { AxisToken } from './matrix';

/** Space for the axes, px. */
export const margin = { left: 100, top: 84 };

/** Colours of lines and names: canvases do not reach the page's own. */
export const inks: Record<
  Scheme,
  Record<'ink' | 'muted' | 'line' | 'text' | 'image' | 'query' | 'alarm', string>
> = {
  light: {
    ink: '#23222b',
    muted: '#5b5a66',
    line: 'rgb(35 34 43 / 0.1)',
    text: '#a04e00',
    image: '#00648f',
    query: '#5b5a66',
    alarm: '#c2292e',
  },
  dark: {
    ink: '#ecebf0',
    muted: '#adacb6',
    line: 'rgb(236 235 240 / 0.12)',
    text: '#f0b878',
    image: '#86cdf2',
    query: '#adacb6',
    alarm: '#ff8f86',
  },
};

/** One axis of a matrix. */
export interface Side {
  side: 'queries' | 'keys';
  tokens: readonly AxisToken[];
  /** The first token in sight, fractions allowed. */
  first: number;
  /** px a token. */
  scale: number;
  /** The token that is pointed at. */
  pointed: number | undefined;
  /** px of the axis. */
  length: number;
  scheme: Scheme;
}

/** Names of the tokens in sight along one side, as many as have room, and which stream they are of. */
export function axis(
  context: CanvasRenderingContext2D,
  { side, tokens, first, scale, pointed, length, scheme }: Side,
): void {
  const colours = inks[scheme];
  context.save();
  context.translate(margin.left, margin.top);
  if (side === 'keys') context.rotate(-Math.PI / 2);
  // From here on the axis runs down for queries and, turned by a quarter, to the right for keys.
  const place = (at: number): number => (at - first) * scale;
  context.font = '12.5px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = side === 'keys' ? 'left' : 'right';
  const step = stepOf(scale, 15);
  let last = -Infinity;
  for (const [stream, start, end] of stretches(tokens)) {
    const [from, to] = [Math.max(0, place(start)), Math.min(length, place(end))];
    if (to <= from) continue;
    context.fillStyle = colours[stream];
    if (side === 'keys') context.fillRect(2, from, 3, to - from);
    else context.fillRect(-5, from, 3, to - from);
    across(context, side, stream, from, to);
    for (let at = start; at < end; at += step) {
      const middle = place(at + 0.5);
      const near = pointed !== undefined && Math.abs(pointed - at) * scale < 15;
      if (middle < 0 || middle > length || near || middle - last < 13) continue;
      last = middle;
      context.fillText(clip(context, tokens[at].short), side === 'keys' ? 9 : -9, middle);
    }
  }
  if (pointed !== undefined && tokens[pointed]) {
    const middle = Math.max(6, Math.min(length - 6, place(pointed + 0.5)));
    context.fillStyle = colours.ink;
    context.font = '600 12.5px "Inter Variable", system-ui, sans-serif';
    context.fillText(clip(context, tokens[pointed].short), side === 'keys' ? 9 : -9, middle);
  }
  context.restore();
}

/** The name of a stretch, along it, at the outer edge: "text queries", or "text" where that is too long. */
function across(
  context: CanvasRenderingContext2D,
  side: 'queries' | 'keys',
  stream: AxisToken['stream'],
  from: number,
  to: number,
): void {
  const said = [stream === 'query' ? side : `${stream} ${side}`, stream].find(
    (words) => context.measureText(words).width < to - from,
  );
  if (!said) return;
  context.save();
  context.textAlign = 'center';
  context.translate(side === 'keys' ? margin.top - 8 : 8 - margin.left, (from + to) / 2);
  context.rotate(side === 'keys' ? Math.PI / 2 : -Math.PI / 2);
  context.fillText(said, 0, 0);
  context.restore();
}

/** As much of a word as the margin has room for. */
function clip(context: CanvasRenderingContext2D, word: string): string {
  const room = Math.min(margin.left, margin.top) - 28;
  if (context.measureText(word).width <= room) return word;
  let length = word.length;
  while (length > 1 && context.measureText(`${word.slice(0, length)}…`).width > room) length--;
  return `${word.slice(0, length)}…`;
}
