import { planStrip } from '../depth/strip';
import type { StripModule, StripNode } from '../depth/strip';
import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { frame, type Said } from './frame';
import { about, short, tag, write } from './svg';

const apart = { text: 30, image: 86 };
const together = { text: 50, image: 66 };
const lead = 66;

/** A model as two ribbons, text above and image below, with its attention modules on them; the chosen one is filled. */
export function stripFigure(
  { modules, selected }: { modules: readonly StripModule[]; selected: number | null },
  said: Said,
  scheme: Scheme,
): string {
  const plan = planStrip(modules);
  const pitch = Math.max(20, Math.min(46, 640 / Math.max(1, plan.columns)));
  const joined = Array.from({ length: plan.columns }, (_, c) =>
    plan.nodes.some((n) => n.column === c && n.kind === 'joint'),
  );
  const x = (column: number) => lead + (column + 0.5) * pitch;
  const width = lead + plan.columns * pitch + 16;
  const ribbon = (stream: 'text' | 'image') => {
    const points = [
      [lead - 10, apart[stream]],
      ...joined.map((is, c) => [x(c), (is ? together : apart)[stream]]),
    ];
    points.push([width - 4, points.at(-1)![1]]);
    const path = points.map(([px, py], i) => {
      if (i === 0) return `M${short(px)} ${short(py)}`;
      const [before, level] = points[i - 1];
      const middle = short((before + px) / 2);
      return `C${middle} ${short(level)} ${middle} ${short(py)} ${short(px)} ${short(py)}`;
    });
    return tag('path', {
      d: path.join(''),
      fill: 'none',
      stroke: hue(`${stream}-ribbon`, scheme),
      'stroke-width': 14,
      'stroke-linecap': 'round',
    });
  };
  const streams = (['text', 'image'] as const).filter((stream) =>
    modules.some(({ queries, keys }) => [...queries, ...keys].includes(stream)),
  );
  const parts = [
    ...streams.map((stream) =>
      write(0, apart[stream] + 4, stream, { 'font-size': 13, fill: hue(`${stream}-ink`, scheme) }),
    ),
    ...streams.map(ribbon),
    ...plan.nodes
      .filter(({ kind }) => kind === 'cross')
      .map((node) => bridge(node, x(node.column), pitch, scheme)),
    ...plan.nodes.map((node) => drawNode(node, x(node.column), pitch, node.index === selected, scheme)),
  ];
  return frame(said, { width, height: 118, svg: parts.join('') }, scheme);
}

function bridge({ module }: StripNode, x: number, pitch: number, scheme: Scheme): string {
  const [from, to] = [apart[streamOf(module.keys)], apart[streamOf(module.queries)]];
  const reach = Math.min(18, pitch * 0.42);
  const d = `M${short(x - reach)} ${from}C${short(x)} ${from} ${short(x)} ${to} ${short(x + reach)} ${to}`;
  return tag('path', {
    d,
    fill: 'none',
    stroke: hue(`${streamOf(module.keys)}-ribbon`, scheme),
    'stroke-width': 6,
  });
}

function drawNode(
  { module, kind, column }: StripNode,
  x: number,
  pitch: number,
  chosen: boolean,
  scheme: Scheme,
): string {
  const radius = Math.min(10, pitch * 0.4);
  const stream = streamOf(module.queries);
  const stroke = kind === 'joint' ? hue('muted', scheme) : hue(`${stream}-solid`, scheme);
  const look = { fill: chosen ? hue('accent', scheme) : hue('card', scheme), stroke, 'stroke-width': 2 };
  const [cx, cy] =
    kind === 'joint' ? [x, 58] : [x + (kind === 'cross' ? Math.min(18, pitch * 0.42) : 0), apart[stream]];
  const shape =
    kind === 'joint'
      ? tag('rect', { x: cx - radius, y: cy - 19, width: 2 * radius, height: 38, rx: radius, ...look })
      : tag('circle', { cx, cy, r: radius, ...look });
  const said = {
    'font-size': 12,
    'text-anchor': 'middle',
    fill: chosen ? hue('card', scheme) : hue('ink', scheme),
  };
  const number = radius > 7 ? write(cx, cy + 4.3, String(module.layer + 1), said) : '';
  return tag('g', { 'data-column': column }, about(module.name), shape, number);
}

const streamOf = (streams: StripModule['queries']) => (streams[0] === 'text' ? 'text' : 'image');
