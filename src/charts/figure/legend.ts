import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { coloursOf, hex } from './cells';
import { type } from './frame';
import { tag, widthOf, write } from './svg';

/** What a colour bar says. */
export interface Bar {
  /** Weight drawn as full attention. */
  max: number;
  /** From -max instead of 0. */
  signed?: boolean;
  format: (value: number) => string;
  /** "share of attention" */
  unit: string;
}

/** Height of a colour bar with its words, px. */
export const barHeight = 22;

/** A colour bar as a gradient, from nothing to the largest weight, with its unit. */
export function drawBar({ max, signed = false, format, unit }: Bar, y: number, scheme: Scheme): string {
  const colours = coloursOf(signed, scheme);
  const stops = Array.from({ length: 17 }, (_, i) =>
    tag('stop', { offset: i / 16, 'stop-color': hex(colours, Math.round((255 * i) / 16)) }),
  );
  const low = signed ? format(-max) : '0';
  const left = widthOf(low, type.small) + 8;
  const length = 120;
  const said = { 'font-size': type.small, fill: hue('muted', scheme) };
  return [
    tag('defs', {}, tag('linearGradient', { id: 'ramp' }, ...stops)),
    write(0, y + 14, low, said),
    tag('rect', {
      x: left,
      y: y + 4,
      width: length,
      height: 12,
      fill: 'url(#ramp)',
      stroke: hue('hairline', scheme),
    }),
    write(left + length + 8, y + 14, `${format(max)}, ${unit}`, said),
  ].join('');
}
