import { largest } from '../ink/format';
import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { drawCells } from './cells';
import { frame, type Said } from './frame';
import { barHeight, drawBar } from './legend';
import { clip, image, short, tag, widthOf, write } from './svg';

/** A token on an axis. */
export interface Tick {
  text: string;
  stream: 'text' | 'image' | 'query';
}

/** Every weight of one head. */
export interface MatrixFigure {
  queries: readonly Tick[];
  keys: readonly Tick[];
  /** Row-major [query, key]. */
  weights: ArrayLike<number>;
  /** The weights as pixels, a data URI: where there are too many for shapes. */
  raster?: string | null;
  format: (value: number) => string;
}

/** Names stand beside an axis where its tokens are so far apart, px. */
const legible = 11;
/** Room for “1024 patches” and for what the axes are, px. */
const label = 108;
/** Between names and the matrix, px. */
const beside = 14;
/** Least room above the matrix, for what the axes are and names that lie down, px. */
const shallow = 28;

/** Queries down, keys across; the streams as bands along the axes, lines where they meet, and words where they can be read. */
export function matrixFigure(
  { queries, keys, weights, raster, format }: MatrixFigure,
  said: Said,
  scheme: Scheme,
): string {
  const most = Math.max(queries.length, keys.length, 1);
  const pitch = most <= 100 ? Math.max(11.5, Math.min(18, 640 / most)) : Math.max(2, 640 / most);
  const [width, height] = [keys.length * pitch, queries.length * pitch];
  const max = largest(weights);
  const across = names(keys, pitch).map(([text, at, stream, span]) => {
    const said = clip(text, label - beside, 12);
    return { said, at, stream, stands: span * pitch <= widthOf(said, 12) + 8 };
  });
  const above = across
    .filter(({ stands }) => stands)
    .reduce((most, { said }) => Math.max(most, Math.ceil(widthOf(said, 12)) + beside), shallow);
  const parts = [
    tag(
      'g',
      { transform: `translate(${label} ${above})` },
      raster
        ? image(raster, { width, height, 'image-rendering': 'pixelated' })
        : drawCells([0, 0, width, height], [keys.length, queries.length], weights, max, scheme),
      ...borders(keys).map((at) => line(at * pitch, 0, 0, height, scheme)),
      ...borders(queries).map((at) => line(0, at * pitch, width, 0, scheme)),
      ...bands(keys).map(([stream, from, to]) =>
        tag('rect', {
          x: from * pitch,
          y: -6,
          width: (to - from) * pitch,
          height: 4,
          fill: streamHue(stream, scheme),
        }),
      ),
      ...bands(queries).map(([stream, from, to]) =>
        tag('rect', {
          x: -6,
          y: from * pitch,
          width: 4,
          height: (to - from) * pitch,
          fill: streamHue(stream, scheme),
        }),
      ),
      ...across.map(({ said, at, stream, stands }) => {
        const ink = { 'font-size': 12, fill: inkOf(stream, scheme) };
        if (!stands) return write((at + 0.5) * pitch, -12, said, { ...ink, 'text-anchor': 'middle' });
        const transform = `translate(${short((at + 0.5) * pitch + 4)} -10) rotate(-90)`;
        return write(0, 0, said, { transform, ...ink });
      }),
      ...names(queries, pitch).map(([text, at, stream]) =>
        write(-10, (at + 0.5) * pitch + 4, clip(text, label - beside, 12), {
          'text-anchor': 'end',
          'font-size': 12,
          fill: inkOf(stream, scheme),
        }),
      ),
    ),
    write(0, 12, 'queries ↓  keys →', { 'font-size': 12, fill: hue('muted', scheme) }),
    drawBar({ max, format, unit: 'share of a query’s attention' }, above + height + 10, scheme),
  ];
  return frame(
    said,
    { width: Math.max(label + width, 440), height: above + height + 10 + barHeight, svg: parts.join('') },
    scheme,
  );
}

/** Runs of tokens of one stream: [stream, from, to). */
function bands(ticks: readonly Tick[]): [stream: Tick['stream'], from: number, to: number][] {
  const found: [Tick['stream'], number, number][] = [];
  ticks.forEach(({ stream }, at) => {
    const last = found.at(-1);
    if (last?.[0] === stream) last[2] = at + 1;
    else found.push([stream, at, at + 1]);
  });
  return found;
}

const borders = (ticks: readonly Tick[]) =>
  bands(ticks)
    .slice(1)
    .map(([, from]) => from);

/** Names of tokens where there is room for each, else the size of each run in its middle. */
function names(
  ticks: readonly Tick[],
  pitch: number,
): [text: string, at: number, stream: Tick['stream'], span: number][] {
  return bands(ticks).flatMap(([stream, from, to]) => {
    if (pitch >= legible && (stream === 'text' || to - from <= 32))
      return ticks
        .slice(from, to)
        .map(({ text }, i): [string, number, Tick['stream'], number] => [text, from + i, stream, 0]);
    const noun = stream === 'text' ? 'words' : stream === 'image' ? 'patches' : 'queries';
    const said: [string, number, Tick['stream'], number] = [
      `${to - from} ${noun}`,
      (from + to - 1) / 2,
      stream,
      to - from,
    ];
    return [said];
  });
}

const streamHue = (stream: Tick['stream'], scheme: Scheme) =>
  stream === 'query' ? hue('muted', scheme) : hue(`${stream}-solid`, scheme);
const inkOf = (stream: Tick['stream'], scheme: Scheme) =>
  stream === 'query' ? hue('muted', scheme) : hue(`${stream}-ink`, scheme);

function line(x: number, y: number, across: number, down: number, scheme: Scheme): string {
  return tag('path', {
    d: `M${short(x)} ${short(y)}l${short(across)} ${short(down)}`,
    stroke: hue('muted', scheme),
    'stroke-width': 1,
  });
}
