import { percent } from '../ink/format';
import { hue } from '../ink/hues';
import type { Scheme } from '../ink/ramp';
import { type } from './frame';
import { about, clip, tag, widthOf, write } from './svg';

/** A word of the caption as a figure shows it. */
export interface Word {
  text: string;
  selected: boolean;
  /** What the head gives to it or takes from it; null where that is not shown. */
  weight: number | null;
}

const line = 34;

/** Words in lines of a width, the selected one marked, with a bar under each that has a weight. @returns SVG and its height */
export function drawWords(
  words: readonly Word[],
  width: number,
  y: number,
  scheme: Scheme,
): { svg: string; height: number } {
  if (!words.length) return { svg: '', height: 0 };
  const most = words.reduce((top, { weight }) => Math.max(top, weight ?? 0), 0);
  let [x, down] = [0, 0];
  const drawn = words.map(({ text, selected, weight }) => {
    const said = clip(text, width / 1.1, type.text);
    const wide = Math.max(widthOf(said, type.text) * (selected ? 1.1 : 1), 14);
    if (x > 0 && x + wide > width) [x, down] = [0, down + line];
    const at = x;
    x += wide + 10;
    const base = y + down + 14;
    const fill = selected ? hue('text-ink', scheme) : hue('ink', scheme);
    const parts = [
      write(at, base, said, { 'font-size': type.text, fill, 'font-weight': selected ? '700' : null }),
    ];
    if (selected)
      parts.push(
        tag('path', {
          d: `M${at} ${base + 3.5}h${wide}`,
          stroke: hue('text-solid', scheme),
          'stroke-width': 1.5,
        }),
      );
    if (weight !== null && most > 0)
      parts.push(
        tag(
          'rect',
          { x: at, y: base + 6, width: (wide * weight) / most, height: 5, fill: hue('accent', scheme) },
          about(percent(weight)),
        ),
      );
    return parts.join('');
  });
  return { svg: drawn.join(''), height: down + line };
}
