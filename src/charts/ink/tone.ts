import { luminance } from './oklch';
import { attentionLut, cssColour, level } from './ramp';
import type { Lut, Scheme } from './ramp';

/** A ground and the ink that is read on it. */
export interface Tone {
  ground: string;
  ink: string;
}

/** The colour at a place from 0 to 1; the ink is black or white, whichever is read better (WCAG 2.2, relative luminance). */
export function toneAt(colours: Lut, share: number): Tone {
  const at = level(share);
  const light = luminance([colours[3 * at], colours[3 * at + 1], colours[3 * at + 2]]);
  const onBlack = (light + 0.05) / 0.05;
  const onWhite = 1.05 / (light + 0.05);
  return { ground: cssColour(colours, at), ink: onBlack > onWhite ? '#000' : '#fff' };
}

/** A place from 0 to 1 on the ramp of attention. */
export function attentionTone(share: number, scheme: Scheme): Tone {
  return toneAt(attentionLut(scheme), share);
}

/** A table of colours as a CSS gradient. */
export function gradientOf(colours: Lut): string {
  const stops = Array.from({ length: 17 }, (_, i) => cssColour(colours, Math.round((255 * i) / 16)));
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
