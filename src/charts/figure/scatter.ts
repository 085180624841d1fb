import { extent, scaleLinear } from 'd3';
import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { frame, type Said } from './frame';
import { about, clip, tag, widthOf, write } from './svg';

/** An axis of a scatter: what it measures and how its numbers are written. */
interface Axis {
  name: string;
  format: (value: number) => string;
  /** A line where chance or evenly spread attention lies. */
  even?: number | null;
}

/** Heads by two of their numbers. */
export interface ScatterFigure {
  points: readonly {
    title: string;
    stage: 'text' | 'image' | 'fusion';
    x: number;
    y: number;
    chosen?: boolean;
  }[];
  x: Axis;
  y: Axis;
}

const [width, height] = [480, 320];
const place = { left: 64, top: 8, right: width - 12, bottom: height - 44 };

export function scatterFigure({ points, x, y }: ScatterFigure, said: Said, scheme: Scheme): string {
  const across = scaleOf(
    points.map((point) => point.x),
    [place.left, place.right],
  );
  const down = scaleOf(
    points.map((point) => point.y),
    [place.bottom, place.top],
  );
  const small = { 'font-size': 12, fill: hue('muted', scheme) };
  const hairline = { stroke: hue('hairline', scheme), 'stroke-width': 1 };
  const parts = [
    ...across
      .ticks(6)
      .map(
        (tick) =>
          tag('path', { d: `M${across(tick)} ${place.top}V${place.bottom}`, ...hairline }) +
          write(across(tick), place.bottom + 16, x.format(tick), { ...small, 'text-anchor': 'middle' }),
      ),
    ...down
      .ticks(6)
      .map(
        (tick) =>
          tag('path', { d: `M${place.left} ${down(tick)}H${place.right}`, ...hairline }) +
          write(place.left - 6, down(tick) + 4, y.format(tick), { ...small, 'text-anchor': 'end' }),
      ),
    write((place.left + place.right) / 2, height - 8, clip(x.name, place.right - place.left, 12), {
      ...small,
      'text-anchor': 'middle',
    }),
    write(0, 0, clip(y.name, place.bottom - place.top, 12), {
      ...small,
      'text-anchor': 'middle',
      transform: `translate(12 ${(place.top + place.bottom) / 2}) rotate(-90)`,
    }),
  ];
  const dashed = { stroke: hue('muted', scheme), 'stroke-dasharray': '4 3' };
  if (x.even != null)
    parts.push(tag('path', { d: `M${across(x.even)} ${place.top}V${place.bottom}`, ...dashed }));
  if (y.even != null)
    parts.push(tag('path', { d: `M${place.left} ${down(y.even)}H${place.right}`, ...dashed }));
  for (const { title, stage, chosen = false, ...at } of points) {
    const fill = fillOf(stage, scheme);
    const dot = {
      cx: across(at.x),
      cy: down(at.y),
      r: chosen ? 6 : 4,
      fill,
      'fill-opacity': 0.8,
      stroke: chosen ? hue('ink', scheme) : null,
    };
    parts.push(tag('circle', dot, about(title)));
  }
  let left = place.left;
  for (const stage of stages.filter((one) => points.some((point) => point.stage === one))) {
    parts.push(
      tag('circle', { cx: left + 4, cy: height + 6, r: 4, fill: fillOf(stage, scheme), 'fill-opacity': 0.8 }),
      write(left + 14, height + 10, stage, small),
    );
    left += 34 + widthOf(stage, 12);
  }
  if (x.even != null || y.even != null)
    parts.push(
      tag('path', { d: `M${left} ${height + 6}h18`, ...dashed }),
      write(left + 24, height + 10, 'chance', small),
    );
  return frame(said, { width, height: height + 20, svg: parts.join('') }, scheme);
}

const stages = ['text', 'image', 'fusion'] as const;

const fillOf = (stage: (typeof stages)[number], scheme: Scheme) =>
  stage === 'fusion' ? hue('accent', scheme) : hue(`${stage}-solid`, scheme);

function scaleOf(values: readonly number[], range: [number, number]) {
  const [low = 0, high = 1] = extent(values) as [number?, number?];
  const room = low === high ? Math.abs(low) * 0.1 || 0.5 : 0;
  return scaleLinear([low - room, high + room], range).nice(5);
}
