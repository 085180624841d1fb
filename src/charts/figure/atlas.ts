import { largest } from '../ink/format';
import { hue } from '../ink/hues';
import { attentionLut } from '../ink/ramp';
import type { Scheme } from '../ink/ramp';
import { drawCells, hex, type Rect } from './cells';
import { frame, type Said } from './frame';
import { barHeight, drawBar } from './legend';
import { about, clip, tag, write } from './svg';

/** One head in small, as the page's atlas has it: a map, a number, or neither. */
interface Cell {
  id: string;
  column: string;
  title: string;
  map: {
    kind: 'patches' | 'words';
    grid: readonly [columns: number, rows: number];
    weights: ArrayLike<number>;
    even?: number;
  } | null;
  number?: { ground: string; ink: string; text: string } | null;
}

/** One attention module. */
interface Row {
  name: string;
  direction: string;
  stage: 'text' | 'image' | 'fusion';
  cells: readonly Cell[];
}

/** Every head of a model at once. */
export interface AtlasFigure {
  rows: readonly Row[];
  /** Id of the chosen cell. */
  selected: string | null;
  /** Weight drawn as full attention in every map; null gives each its own largest. */
  common: number | null;
  format: (value: number) => string;
}

const names = 204;
const head = 22;

/** Rows are modules in execution order, columns heads and their mean. */
export function atlasFigure(
  { rows, selected, common, format }: AtlasFigure,
  said: Said,
  scheme: Scheme,
): string {
  const columns = Math.max(1, ...rows.map(({ cells }) => cells.length));
  const pitch = columns > 10 ? 34 : 46;
  const gap = 4;
  const small = { 'font-size': 12, fill: hue('muted', scheme) };
  const first = rows.find(({ cells }) => cells.length === columns)?.cells ?? [];
  const parts = first.map(({ column }, c) =>
    write(names + (c + 0.5) * pitch, 14, column, { ...small, 'text-anchor': 'middle' }),
  );
  rows.forEach((row, r) => {
    const top = head + r * pitch;
    parts.push(
      tag('rect', { y: top + 2, width: 3, height: pitch - 4, fill: lineOf(row.stage, scheme) }),
      write(10, top + pitch / 2 - 3, clip(row.name, names - 16, 13), {
        'font-size': 13,
        fill: hue('ink', scheme),
      }),
      write(10, top + pitch / 2 + 12, clip(row.direction, names - 16, 12), small),
      ...row.cells.map((cell, c) =>
        drawCell(
          cell,
          [names + c * pitch + gap / 2, top + gap / 2, pitch - gap, pitch - gap],
          common,
          scheme,
        ),
      ),
    );
    row.cells.forEach((cell, c) => {
      if (cell.id !== selected) return;
      const place = { x: names + c * pitch + 0.5, y: top + 0.5, width: pitch - 1, height: pitch - 1, rx: 4 };
      parts.push(tag('rect', { ...place, fill: 'none', stroke: hue('accent', scheme), 'stroke-width': 2 }));
    });
  });
  const height = head + rows.length * pitch + 8;
  const maps = rows.some(({ cells }) => cells.some(({ map }) => map));
  if (maps && common !== null)
    parts.push(drawBar({ max: common, format, unit: 'share of attention' }, height, scheme));
  else if (maps)
    parts.push(
      drawBar(
        { max: 1, format: () => 'largest of each map', unit: 'or twice an even share' },
        height,
        scheme,
      ),
    );
  const body = {
    width: names + columns * pitch,
    height: height + (maps ? barHeight : 0),
    svg: parts.join(''),
  };
  return frame(said, body, scheme);
}

function lineOf(stage: Row['stage'], scheme: Scheme): string {
  return stage === 'fusion' ? hue('accent', scheme) : hue(`${stage}-ribbon`, scheme);
}

function drawCell({ title, map, number }: Cell, place: Rect, common: number | null, scheme: Scheme): string {
  const [x, y, width, height] = place;
  const said = about(title);
  if (number)
    return tag(
      'g',
      {},
      said,
      tag('rect', { x, y, width, height, fill: number.ground, rx: 3 }),
      write(x + width / 2, y + height / 2 + 4, number.text, {
        'font-size': 12,
        fill: number.ink,
        'text-anchor': 'middle',
      }),
    );
  if (!map) {
    const d = `M${x + 6} ${y + height / 2}h${width - 12}`;
    return tag('g', {}, said, tag('path', { d, stroke: hue('hairline', scheme), 'stroke-width': 1.5 }));
  }
  const max = common ?? Math.max(largest(map.weights), 2 * (map.even ?? 0));
  if (map.kind === 'patches') return tag('g', {}, said, drawCells(place, map.grid, map.weights, max, scheme));
  const colours = attentionLut(scheme);
  const pitch = width / Math.max(1, map.grid[0]);
  const bars = Array.from(map.weights, (weight, i) => {
    const share = max > 0 ? Math.min(1, Math.max(0, weight / max)) : 0;
    const fill = hex(colours, Math.round(255 * (0.3 + 0.7 * share)));
    const bar = {
      x: x + i * pitch,
      y: y + height * (1 - share),
      width: pitch * 0.82,
      height: height * share,
      fill,
    };
    return share > 0 ? tag('rect', bar) : '';
  });
  return tag('g', {}, said, tag('rect', { x, y, width, height, fill: hex(colours, 0) }), ...bars);
}
