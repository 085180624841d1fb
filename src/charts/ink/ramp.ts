import { fromOklch, toOklab } from './oklch';
import type { Rgb } from './oklch';

/** Whether the page stands on paper or on ink. */
export type Scheme = 'light' | 'dark';

/** 256 colours, RGB, 3 bytes each. */
export type Lut = Uint8ClampedArray<ArrayBuffer>;

type Point = readonly [lightness: number, chroma: number];

/** The one hue of attention, in OKLCH degrees; the streams are at 55 (text) and 235 (image). */
const violet = 295;
const rust = 40;
const steps = 256;

/** Lightness and chroma of the ramp: a quadratic curve from nothing to everything, inside sRGB all the way. */
const curves: Record<Scheme, readonly [Point, Point, Point]> = {
  light: [
    [0.968, 0.008],
    [0.66, 0.2],
    [0.34, 0.17],
  ],
  dark: [
    [0.265, 0.02],
    [0.55, 0.26],
    [0.9, 0.055],
  ],
};

const bezier = ([a, b, c]: readonly [Point, Point, Point], t: number): Point => [
  (1 - t) ** 2 * a[0] + 2 * t * (1 - t) * b[0] + t * t * c[0],
  (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * b[1] + t * t * c[1],
];

/** `count` points of a curve at equal distances along it, so that equal differences of attention look equal. */
function spaced(curve: readonly [Point, Point, Point], count: number): Point[] {
  const fine = Array.from({ length: 4097 }, (_, i) => bezier(curve, i / 4096));
  const along = [0];
  for (let i = 1; i < fine.length; i++)
    along.push(along[i - 1] + Math.hypot(fine[i][0] - fine[i - 1][0], fine[i][1] - fine[i - 1][1]));
  const total = along[along.length - 1];
  let next = 0;
  return Array.from({ length: count }, (_, i) => {
    while (next < fine.length - 1 && along[next] < (total * i) / (count - 1)) next++;
    return fine[next];
  });
}

function lut(colours: readonly Rgb[]): Lut {
  return Uint8ClampedArray.from(colours.flat());
}

const ramp = (scheme: Scheme): Lut =>
  lut(spaced(curves[scheme], steps).map(([l, c]) => fromOklch(l, c, violet)));

/** Green below zero, violet above: equally light at equal distance, and told apart by deuteranopes too (yellowish, bluish). */
function diverging(middle: number, end: number, chroma: readonly [number, number]): Lut {
  return lut(
    Array.from({ length: steps }, (_, i) => {
      const signed = (2 * i) / (steps - 1) - 1;
      const size = Math.abs(signed);
      return fromOklch(
        middle + (end - middle) * size,
        (signed < 0 ? chroma[0] : chroma[1]) * size,
        signed < 0 ? rust : violet,
      );
    }),
  );
}

const differences: Record<Scheme, () => Lut> = {
  light: () => diverging(0.97, 0.4, [0.1, 0.19]),
  dark: () => diverging(0.265, 0.76, [0.13, 0.135]),
};

const attentionMade: Partial<Record<Scheme, Lut>> = {};
const differenceMade: Partial<Record<Scheme, Lut>> = {};

/** The attention ramp: 256 violets from paper to deep (light) or from ink to bright (dark), in equal OKLab steps. */
export function attentionLut(scheme: Scheme): Lut {
  return (attentionMade[scheme] ??= ramp(scheme));
}

/** The map for differences: 256 colours, zero in the middle. */
export function differenceLut(scheme: Scheme): Lut {
  return (differenceMade[scheme] ??= differences[scheme]());
}

/** Index into a LUT of a value from 0 to 1; what lies outside is clipped, NaN counts as 0. */
export function level(value: number): number {
  return value > 0 ? Math.round(Math.min(1, value) * (steps - 1)) : 0;
}

/** CSS colour of entry `index` of a LUT. */
export function cssColour(colours: Lut, index: number): string {
  return `rgb(${colours[3 * index]} ${colours[3 * index + 1]} ${colours[3 * index + 2]})`;
}

/** OKLab lightness of every entry of a LUT. */
export function lightnesses(colours: Lut): number[] {
  return Array.from(
    { length: steps },
    (_, i) => toOklab([colours[3 * i], colours[3 * i + 1], colours[3 * i + 2]])[0],
  );
}

/**
 * The weight that is drawn as full attention where a map has a scale of its own: its largest, but at least twice what evenly spread
 * attention would give, so that a map that finds nothing stays pale.
 */
export function fullAttention(largest: number, even: number): number {
  return Math.max(largest, 2 * even);
}
