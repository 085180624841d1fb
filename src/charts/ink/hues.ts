import { fromOklch } from './oklch';
import type { Scheme } from './ramp';

/** Colours of the page as numbers, for what is drawn outside of it: OKLCH as in views/look.css, light and dark. */
const tones = {
  card: [
    [1, 0, 0],
    [0.212, 0.01, 285],
  ],
  ink: [
    [0.25, 0.015, 285],
    [0.94, 0.006, 285],
  ],
  muted: [
    [0.48, 0.015, 285],
    [0.74, 0.012, 285],
  ],
  hairline: [
    [0.905, 0.006, 285],
    [0.31, 0.012, 285],
  ],
  accent: [
    [0.48, 0.2, 295],
    [0.78, 0.125, 295],
  ],
  'text-ink': [
    [0.5, 0.125, 50],
    [0.84, 0.105, 65],
  ],
  'text-solid': [
    [0.56, 0.145, 48],
    [0.78, 0.135, 62],
  ],
  'text-ribbon': [
    [0.86, 0.085, 65],
    [0.5, 0.09, 58],
  ],
  'image-ink': [
    [0.47, 0.1, 240],
    [0.83, 0.085, 230],
  ],
  'image-solid': [
    [0.52, 0.12, 240],
    [0.76, 0.115, 232],
  ],
  'image-line': [
    [0.64, 0.115, 236],
    [0.64, 0.1, 235],
  ],
  'on-image': [
    [1, 0, 0],
    [0.2, 0.03, 240],
  ],
  'image-ribbon': [
    [0.86, 0.065, 230],
    [0.48, 0.08, 238],
  ],
} as const;

export type Tone = keyof typeof tones;
export const toneNames = Object.keys(tones) as Tone[];

/** A colour of the page as "#rrggbb". */
export function hue(tone: Tone, scheme: Scheme): string {
  const [lightness, chroma, angle] = tones[tone][scheme === 'light' ? 0 : 1];
  const channel = (value: number) =>
    Math.round(Math.max(0, Math.min(255, value)))
      .toString(16)
      .padStart(2, '0');
  return `#${fromOklch(lightness, chroma, angle).map(channel).join('')}`;
}
