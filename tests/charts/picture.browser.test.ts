import { describe, expect, it, vi } from 'vitest';
import CropBox from '../../src/charts/map/CropBox.svelte';
import ImageMap from '../../src/charts/map/ImageMap.svelte';
import { part } from '../../src/charts/ink/format';
import { attentionLut, differenceLut } from '../../src/charts/ink/ramp';
import { saveFigure } from '../../src/charts/map/save';
import type { Box } from '../../src/trace/trace';
import { find, pixel, press, settle, show, violations } from './page';

const whole: Box = [0, 0, 1, 1];

/** A plain picture of one colour. */
function plain(colour: string, width = 160, height = 160): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  return canvas;
}

/** 8 × 8 weights with everything on one patch. */
const only = (patch: number): Float32Array =>
  Float32Array.from({ length: 64 }, (_, i) => (i === patch ? 1 : 0));
const common = { crop: whole, grid: [8, 8] as const, label: 'head 2: “dog” → image patches' };
const saturation = ([r, g, b]: number[]): number => Math.max(r, g, b) - Math.min(r, g, b);

describe('ImageMap', () => {
  it('shows the picture where attention is and a grey veil elsewhere', async () => {
    const root = show(ImageMap, { ...common, picture: plain('#c02020'), weights: only(27) });
    await settle();
    const canvas = find<HTMLCanvasElement>(root, '[data-picture="drawn"]');
    expect(pixel(canvas, 3.5 / 8, 3.5 / 8)).toEqual([0xc0, 0x20, 0x20, 255]);
    expect(saturation(pixel(canvas, 0.5 / 8, 0.5 / 8))).toBeLessThan(8);
    expect(pixel(canvas, 3.05 / 8, 3.5 / 8)).toEqual([0xc0, 0x20, 0x20, 255]);
    expect(saturation(pixel(canvas, 2.95 / 8, 3.5 / 8))).toBeLessThan(8);
  });

  it('lets half of the colour through at half of the maximum', async () => {
    const weights = only(0);
    weights[1] = 0.5;
    const root = show(ImageMap, { ...common, picture: plain('#c02020'), weights });
    await settle();
    const canvas = find<HTMLCanvasElement>(root, 'canvas');
    const [full, half, none] = [0.5, 1.5, 2.5].map((x) => saturation(pixel(canvas, x / 8, 0.5 / 8)));
    expect(half).toBeGreaterThan(none + 0.4 * (full - none));
    expect(half).toBeLessThan(none + 0.6 * (full - none));
  });

  it('dyes signed parts rust below zero and violet above, and leaves zero as it is', async () => {
    document.documentElement.dataset.theme = 'light';
    const weights = only(9);
    weights[9] = -0.5;
    weights[10] = 0.25;
    const props = { ...common, picture: plain('#ffffff'), weights, overlay: 'signed' as const, format: part };
    const root = show(ImageMap, props);
    await settle();
    const canvas = find<HTMLCanvasElement>(root, 'canvas');
    const at = (patch: number) => pixel(canvas, ((patch % 8) + 0.5) / 8, (Math.floor(patch / 8) + 0.5) / 8);
    const lut = differenceLut('light');
    for (const [patch, entry] of [
      [9, 0],
      [10, 191],
      [11, 128],
    ])
      [0, 1, 2].forEach((channel) =>
        expect(Math.abs(at(patch)[channel] - lut[3 * entry + channel])).toBeLessThan(6),
      );
    expect(find(root, '[role="grid"]').getAttribute('aria-label')).toMatch(
      /Strongest patch: row 2, column 3, \+0\.25\.$/,
    );
    expect(find(root, '.legend').textContent.replaceAll(/\s+/g, ' ').trim()).toBe('−0.5 +0.5 max 0');
    expect(find(root, '[role="gridcell"]:nth-child(2)').textContent.trim()).toBe('row 1, column 2, 0');
  });

  it('dyes a white picture with the ramp itself', async () => {
    document.documentElement.dataset.theme = 'light';
    const root = show(ImageMap, { ...common, picture: plain('#ffffff'), weights: only(9), overlay: 'tint' });
    await settle();
    const dyed = pixel(find<HTMLCanvasElement>(root, 'canvas'), 1.5 / 8, 1.5 / 8);
    [...attentionLut('light').slice(-3)].forEach((value, i) =>
      expect(Math.abs(dyed[i] - value)).toBeLessThan(6),
    );
  });

  it('shows the crop in plain colour without weights, and hatches the rest', async () => {
    const picture = plain('#2060c0', 320, 160);
    const root = show(ImageMap, { ...common, picture, weights: null, crop: [0.25, 0, 0.5, 1] });
    await settle();
    const canvas = find<HTMLCanvasElement>(root, 'canvas');
    expect(pixel(canvas, 0.5, 0.5)).toEqual([0x20, 0x60, 0xc0, 255]);
    expect(saturation(pixel(canvas, 0.1, 0.5))).toBeLessThan(20);
  });

  it('draws again when the theme changes', async () => {
    document.documentElement.dataset.theme = 'light';
    const root = show(ImageMap, { ...common, picture: plain('#808080'), weights: only(63) });
    await settle();
    const canvas = find<HTMLCanvasElement>(root, 'canvas');
    const light = pixel(canvas, 0.05, 0.05)[0];
    document.documentElement.dataset.theme = 'dark';
    await settle();
    expect(light).toBeGreaterThan(180);
    expect(pixel(canvas, 0.05, 0.05)[0]).toBeLessThan(90);
  });

  it('moves by arrow keys and selects by Enter', async () => {
    const [onhover, onselect] = [vi.fn(), vi.fn()];
    const root = show(ImageMap, { ...common, picture: plain('#fff'), weights: only(0), onhover, onselect });
    await settle();
    find(root, '[role="grid"]').focus();
    press('ArrowRight');
    press('ArrowDown');
    press('Enter');
    expect(onhover.mock.calls.flat()).toEqual([1, 9]);
    expect(onselect).toHaveBeenCalledExactlyOnceWith(9, false);
    const active = find(root, '[role="grid"]').getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.textContent.trim()).toBe('row 2, column 2, 0 %');
  });

  it('finds the patch under the pointer, inside the crop only', async () => {
    const [onhover, onselect] = [vi.fn(), vi.fn()];
    const picture = plain('#fff', 320, 160);
    const root = show(ImageMap, {
      ...common,
      picture,
      weights: only(0),
      crop: [0.25, 0, 0.5, 1],
      onhover,
      onselect,
    });
    await settle();
    const stage = find(root, '[role="grid"]');
    const box = stage.getBoundingClientRect();
    const at = (x: number, y: number): MouseEventInit => ({
      clientX: box.left + x * box.width,
      clientY: box.top + y * box.height,
      bubbles: true,
    });
    stage.dispatchEvent(new PointerEvent('pointermove', at(0.5 + 0.5 / 16, 0.5 / 8)));
    stage.dispatchEvent(new MouseEvent('click', at(0.1, 0.5)));
    stage.dispatchEvent(new MouseEvent('click', at(0.26, 0.99)));
    expect(onhover.mock.calls.flat()).toEqual([4]);
    expect(onselect.mock.calls.flat()).toEqual([56, false]);
  });

  it.each(['light', 'dark'])('can be read without eyes, %s', async (theme) => {
    document.documentElement.dataset.theme = theme;
    const root = show(ImageMap, {
      ...common,
      picture: plain('#fff'),
      weights: only(27),
      selected: 3,
      hovered: 5,
    });
    expect(await violations(root)).toEqual([]);
    expect(find(root, '[role="grid"]').getAttribute('aria-label')).toBe(
      'head 2: “dog” → image patches. Strongest patch: row 4, column 4, 100 %; uniform would be 1.6 %.',
    );
    expect(root.querySelectorAll('[role="gridcell"]')).toHaveLength(64);
  });
});

describe('CropBox', () => {
  const picture = plain('#2060c0', 320, 160);
  const crop: Box = [0.25, 0, 0.5, 1];

  it('zooms and moves by keys', async () => {
    const oncrop = vi.fn<(box: Box) => void>();
    const root = show(CropBox, { picture, crop, oncrop });
    await settle();
    find(root, '[role="application"]').focus();
    press('+');
    press('ArrowRight');
    press('0');
    expect(oncrop.mock.calls[0][0][2]).toBeCloseTo(0.5 / 1.1);
    expect(oncrop.mock.calls[1][0]).toEqual([0.27, 0, 0.5, 1]);
    expect(oncrop.mock.calls[2][0]).toEqual(crop);
  });

  it('moves by dragging and zooms by the wheel', async () => {
    const oncrop = vi.fn<(box: Box) => void>();
    const root = show(CropBox, { picture, crop, oncrop });
    await settle();
    const stage = find(root, '[role="application"]');
    const width = stage.getBoundingClientRect().width;
    stage.setPointerCapture = () => undefined;
    stage.dispatchEvent(
      new PointerEvent('pointerdown', { clientX: 100, clientY: 50, pointerId: 1, bubbles: true }),
    );
    stage.dispatchEvent(
      new PointerEvent('pointermove', {
        clientX: 100 + width / 10,
        clientY: 50,
        pointerId: 1,
        bubbles: true,
      }),
    );
    stage.dispatchEvent(new PointerEvent('pointerup', { pointerId: 1, bubbles: true }));
    expect(oncrop.mock.calls[0][0][0]).toBeCloseTo(0.35);
    stage.dispatchEvent(new WheelEvent('wheel', { deltaY: -400, cancelable: true }));
    expect(oncrop.mock.calls[1][0][2]).toBeCloseTo(0.5 / Math.E);
  });

  it('has no accessibility violation', async () => {
    expect(await violations(show(CropBox, { picture, crop }))).toEqual([]);
  });
});

describe('saveFigure', () => {
  it('writes a PNG at twice the size, with the map in it', async () => {
    const blob = await saveFigure({
      ...common,
      picture: plain('#c02020'),
      weights: only(0),
      title: 'vilt-mini · joint 5 · head 2',
      direction: 'text queries → image keys, query “dog”',
      caption: 'a dog '.repeat(60),
    });
    expect(blob.type).toBe('image/png');
    const bitmap = await createImageBitmap(blob);
    expect(bitmap.width).toBe(1120);
    const canvas = document.createElement('canvas');
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    const [r, g, b] = pixel(canvas, 60 / bitmap.width, (2 * 66 + 20) / bitmap.height);
    expect([r, g, b]).toEqual([0xc0, 0x20, 0x20]);
  });
});
