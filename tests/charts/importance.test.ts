import { describe, expect, it } from 'vitest';
import { axisOf } from '../../src/charts/score/change';
import { signed } from '../../src/charts/ink/format';
import { paint, reachOf } from '../../src/charts/atlas/importance';
import { luminance } from '../../src/charts/ink/oklch';
import type { Rgb } from '../../src/charts/ink/oklch';
import { saveTable } from '../../src/charts/map/save';
import { stepCell } from '../../src/charts/atlas/steps';
import { single } from '../gallery/data';

const rgb = (colour: string): Rgb => {
  const [r, g, b] = (colour.startsWith('#') ? (colour === '#000' ? '0 0 0' : '255 255 255') : colour)
    .match(/\d+/g)!
    .map(Number);
  return [r, g, b];
};

describe.each(['light', 'dark'] as const)('the ground of a number, %s', (scheme) => {
  it('lets the number be read, whatever it is', () => {
    for (let value = -1; value <= 1.0001; value += 1 / 64) {
      const { ground, ink } = paint(value, 1, scheme);
      const [a, b] = [luminance(rgb(ground)), luminance(rgb(ink))];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is that of zero while all numbers are zero', () => {
    expect(paint(0, 0, scheme)).toEqual(paint(0, 5, scheme));
  });
});

describe('a loss', () => {
  it.each(['light', 'dark'] as const)('is never green, %s', (scheme) => {
    for (let value = -1; value < -0.1; value += 1 / 16) {
      const [red, green, blue] = rgb(paint(value, 1, scheme).ground);
      expect(red).toBeGreaterThan(green);
      expect(red).toBeGreaterThan(blue);
    }
  });
});

describe('a scale', () => {
  it('reaches as far to either side as the largest number', () => {
    expect(reachOf([0.3, -2.4, null, 1.1])).toBe(2.4);
    expect(reachOf([null])).toBe(0);
  });

  it('holds zero and all numbers before and after', () => {
    const axis = axisOf([{ name: 'caption', before: 12, after: -1 }]);
    expect(axis(0)).toBeGreaterThan(5);
    expect(axis(12)).toBeLessThanOrEqual(95);
    expect(axis(0)).toBeLessThan(axis(12));
  });
});

describe('differences', () => {
  it('have a sign, unless they are nothing', () => {
    expect([1.834, -1.836, 0.004, -0.004].map(signed)).toEqual(['+1.83', '−1.84', '0.00', '0.00']);
  });
});

describe('arrow keys', () => {
  const rows = single;
  it('lead from cell to cell and stop at the edge', () => {
    expect(stepCell('ArrowDown', rows, '0-1')?.id).toBe('1-1');
    expect(stepCell('ArrowRight', rows, '0-mean')?.id).toBe('0-mean');
    expect(stepCell('ArrowUp', rows, '0-0')?.id).toBe('0-0');
    expect(stepCell('Home', rows, '1-mean')?.id).toBe('1-0');
    expect(stepCell('End', rows, '0-0')?.id).toBe('0-mean');
    expect(stepCell('Enter', rows, '0-0')).toBeNull();
    expect(stepCell('ArrowDown', rows, 'elsewhere')).toBeNull();
  });
});

describe('a table', () => {
  it('is saved as RFC 4180 has it', async () => {
    const blob = saveTable(
      ['module', 'change'],
      [
        ['joint 1', -0.5],
        ['a "b", c', null],
      ],
    );
    expect(await blob.text()).toBe('module,change\r\njoint 1,-0.5\r\n"a ""b"", c",\r\n');
  });
});
