import { describe, expect, it } from 'vitest';
import { fromOklch, toOklab } from '../../src/charts/ink/oklch';
import type { Rgb } from '../../src/charts/ink/oklch';
import { attentionLut, cssColour, differenceLut, level, lightnesses } from '../../src/charts/ink/ramp';
import type { Lut } from '../../src/charts/ink/ramp';

const colour = (lut: Lut, i: number): Rgb => [lut[3 * i], lut[3 * i + 1], lut[3 * i + 2]];

/** Distance in OKLab between two entries of a LUT. */
function apart(lut: Lut, i: number, j: number): number {
  const [a, b] = [toOklab(colour(lut, i)), toOklab(colour(lut, j))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

const linear = (v: number): number =>
  v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
const encode = (v: number): number => 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** What a deuteranope sees: Machado, Oliveira and Fernandes (2009), severity 1. */
function deuteranope(rgb: Rgb): Rgb {
  const [r, g, b] = rgb.map(linear);
  const clip = (v: number): number => encode(Math.max(0, Math.min(1, v)));
  return [
    clip(0.367322 * r + 0.860646 * g - 0.227968 * b),
    clip(0.280085 * r + 0.672501 * g + 0.047413 * b),
    clip(-0.01182 * r + 0.04294 * g + 0.968881 * b),
  ];
}

describe('OKLCH', () => {
  it('gives the primaries of CSS Color 4', () => {
    expect(fromOklch(0.62796, 0.25768, 29.234).map((v) => Math.round(v) + 0)).toEqual([255, 0, 0]);
    expect(fromOklch(0.86644, 0.29483, 142.495).map((v) => Math.round(v) + 0)).toEqual([0, 255, 0]);
    expect(fromOklch(0.45201, 0.31321, 264.052).map((v) => Math.round(v) + 0)).toEqual([0, 0, 255]);
    expect(fromOklch(1, 0, 0).map((v) => Math.round(v) + 0)).toEqual([255, 255, 255]);
  });

  it('comes back from sRGB', () => {
    const [l, a, b] = toOklab(fromOklch(0.6, 0.12, 295));
    expect(l).toBeCloseTo(0.6, 5);
    expect(Math.hypot(a, b)).toBeCloseTo(0.12, 5);
  });
});

describe.each(['light', 'dark'] as const)('attention ramp, %s', (scheme) => {
  const lut = attentionLut(scheme);

  it('runs through lightness without turning back', () => {
    const way = scheme === 'light' ? -1 : 1;
    const l = lightnesses(lut);
    for (let i = 1; i < 256; i++) expect(way * (l[i] - l[i - 1])).toBeGreaterThan(-0.0012);
    for (let i = 8; i < 256; i++) expect(way * (l[i] - l[i - 8])).toBeGreaterThan(0.005);
    expect(Math.abs(l[255] - l[0])).toBeGreaterThan(0.6);
  });

  it('takes even steps', () => {
    const steps = Array.from({ length: 31 }, (_, i) => apart(lut, 8 * i, 8 * i + 8));
    const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
    for (const step of steps) expect(Math.abs(step / mean - 1)).toBeLessThan(0.15);
  });

  it('keeps to one hue', () => {
    for (let i = 32; i < 256; i++) {
      const [, a, b] = toOklab(colour(lut, i));
      expect(((Math.atan2(b, a) * 180) / Math.PI + 360) % 360).toBeCloseTo(295, -1);
    }
  });
});

describe.each(['light', 'dark'] as const)('difference map, %s', (scheme) => {
  const lut = differenceLut(scheme);

  it('is equally light at equal distance from zero', () => {
    const l = lightnesses(lut);
    for (let i = 0; i < 128; i++) expect(Math.abs(l[i] - l[255 - i])).toBeLessThan(0.012);
  });

  it('runs through lightness to either side without turning back', () => {
    const l = lightnesses(lut);
    const way = scheme === 'light' ? -1 : 1;
    for (let i = 0; i < 127; i++) {
      expect(way * (l[128 + i + 1] - l[128 + i])).toBeGreaterThan(-0.0012);
      expect(way * (l[127 - i - 1] - l[127 - i])).toBeGreaterThan(-0.0012);
    }
    for (let i = 0; i < 120; i++) {
      expect(way * (l[128 + i + 7] - l[128 + i])).toBeGreaterThan(0.005);
      expect(way * (l[127 - i - 7] - l[127 - i])).toBeGreaterThan(0.005);
    }
  });

  it('has no colour at zero', () => {
    const [, a, b] = toOklab(colour(lut, 127));
    expect(Math.hypot(a, b)).toBeLessThan(0.006);
  });

  it('tells the two signs apart for a deuteranope', () => {
    for (const [i, j] of [
      [0, 255],
      [64, 191],
    ]) {
      const [a, b] = [toOklab(deuteranope(colour(lut, i))), toOklab(deuteranope(colour(lut, j)))];
      expect(Math.hypot(a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.08);
    }
  });
});

describe('level', () => {
  it('clips, and reads NaN as nothing', () => {
    expect([-1, 0, 0.5, 1, 2, NaN].map(level)).toEqual([0, 0, 128, 255, 255, 0]);
  });

  it('names a colour', () => {
    expect(cssColour(Uint8ClampedArray.from([1, 2, 3, 4, 5, 6]), 1)).toBe('rgb(4 5 6)');
  });
});
