import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import RegionHandles from '../../src/charts/map/RegionHandles.svelte';
import RegionMap from '../../src/charts/map/RegionMap.svelte';
import type { Box } from '../../src/trace/trace';
import Example from '../gallery/RegionMap.example.svelte';
import { find, pixel, press, settle, show, violations } from './page';

const whole: Box = [0, 0, 1, 1];
/** Of 160 × 160 px, red. */
function plain(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 160;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#c02020';
  context.fillRect(0, 0, 160, 160);
  return canvas;
}
/** A large box, a small one in it, and one beside both. */
const regions = [
  { box: [0, 0, 0.5, 1] as Box, name: 'house' },
  { box: [0.125, 0.25, 0.25, 0.25] as Box, name: 'door' },
  { box: [0.625, 0, 0.25, 0.5] as Box, name: 'ball' },
];
const common = { picture: plain(), crop: whole, regions, weights: [0.5, 1, 0], label: 'head 2' };
const saturation = ([r, g, b]: number[]): number => Math.max(r, g, b) - Math.min(r, g, b);

/** A place of an element in shares of its size. */
function at(element: Element, x: number, y: number): PointerEventInit {
  const box = element.getBoundingClientRect();
  const [clientX, clientY] = [box.left + x * box.width, box.top + y * box.height];
  return { clientX, clientY, pointerId: 1, bubbles: true };
}

describe('RegionMap', () => {
  it('lets the picture through in a box as far as its weight, and where boxes overlap as the largest', async () => {
    const root = show(RegionMap, common);
    await settle();
    const canvas = find<HTMLCanvasElement>(root, '[data-picture="drawn"]');
    expect(pixel(canvas, 0.25, 0.375)).toEqual([0xc0, 0x20, 0x20, 255]);
    const [half, none, outside] = [
      [0.06, 0.8],
      [0.75, 0.25],
      [0.95, 0.9],
    ].map(([x, y]) => saturation(pixel(canvas, x, y)));
    expect(half).toBeGreaterThan(none + 50);
    expect(half).toBeLessThan(150);
    expect(none).toBe(outside);
  });

  it('names the strongest boxes, and tells each to those who cannot see it', async () => {
    const root = show(RegionMap, { ...common, spoken: common.weights });
    await settle();
    expect(find(root, '[role="group"]').getAttribute('aria-label')).toBe(
      'head 2. Strongest region: 2 door, 100 %; uniform would be 33 %.',
    );
    const labels = [...root.querySelectorAll('[data-region]')].map((one) => one.getAttribute('aria-label'));
    expect(labels).toEqual(['Region 1 house: 50 %', 'Region 2 door: 100 %', 'Region 3 ball: 0 %']);
    expect([...root.querySelectorAll('.tag')].map((tag) => tag.textContent)).toEqual(['2 door', '1 house']);
  });

  it('chooses the smallest box under a click, and the next larger at the next click', async () => {
    const onselect = vi.fn<(region: number, more: boolean) => void>();
    const click = async (selected: number | null) => {
      const root = show(RegionMap, { ...common, selected, onselect });
      await settle();
      const stage = find(root, '[role="group"]');
      stage.dispatchEvent(new MouseEvent('click', at(stage, 0.25, 0.375)));
    };
    await click(null);
    await click(1);
    await click(0);
    expect(onselect.mock.calls).toEqual([
      [1, false],
      [0, false],
      [1, false],
    ]);
  });

  it('points at the smallest box under the pointer, and at none outside of all', async () => {
    const onhover = vi.fn<(region: number | null) => void>();
    const root = show(RegionMap, { ...common, hovered: 2, onhover });
    await settle();
    const stage = find(root, '[role="group"]');
    for (const [x, y] of [
      [0.25, 0.375],
      [0.9, 0.9],
    ])
      stage.dispatchEvent(new PointerEvent('pointermove', at(stage, x, y)));
    expect(onhover.mock.calls.flat()).toEqual([1, null]);
  });

  it('is entered by Tab at its first box, steps through all from there, and is left by Escape', async () => {
    const onselect = vi.fn<(region: number, more: boolean) => void>();
    const root = show(RegionMap, { ...common, onselect });
    await settle();
    const buttons = [...root.querySelectorAll<HTMLElement>('[data-region]')];
    const stops = () => buttons.map(({ tabIndex }) => tabIndex);
    expect(stops()).toEqual([0, -1, -1]);
    buttons[0].focus();
    await settle();
    expect(stops()).toEqual([0, 0, 0]);
    buttons[2].focus();
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith(2, false);
    press('Escape');
    await settle();
    expect(stops()).toEqual([0, -1, -1]);
  });

  it('has its whole scale under a picture of 194 px', async () => {
    const root = show(RegionMap, { ...common, weights: [0.05, 0.2, 0.1], uniform: 0.03 });
    Object.assign(root.style, { width: '194px', padding: '0', containerType: 'inline-size' });
    await settle();
    await vi.waitUntil(() => find(root, '.bar').clientWidth === 194);
    expect(find(root, '.bar').scrollWidth).toBe(194);
    expect(find(root, '.note').innerText).toBe('uniform 3.0 %');
  });

  it('says why there is no map, and takes a hundred boxes', async () => {
    const hundred = Array.from({ length: 100 }, (_, i) => ({
      box: [(i % 10) / 10, Math.floor(i / 10) / 10, 0.15, 0.15] as Box,
    }));
    const root = show(RegionMap, { ...common, regions: hundred, weights: null, absent: 'No map.' });
    await settle();
    expect(root.querySelectorAll('[data-region]')).toHaveLength(100);
    expect(find(root, 'p').textContent).toContain('No map.');
  });

  it.each(['light', 'dark'])('can be read without eyes, %s', async (theme) => {
    document.documentElement.dataset.theme = theme;
    expect(await violations(show(RegionMap, { ...common, selected: 1, hovered: 0 }))).toEqual([]);
    expect(await violations(show(Example, { working: true }))).toEqual([]);
  });
});

describe('a box that is worked on', () => {
  const handles = (onreshape: (box: Box) => void) =>
    show(RegionHandles, {
      box: [0.25, 0.25, 0.5, 0.5],
      within: whole,
      place: [100, 100, 200, 200],
      size: [400, 400],
      onreshape,
    });

  function drag(element: HTMLElement, right: number, down: number): void {
    element.setPointerCapture = () => undefined;
    const point = (type: string, clientX: number, clientY: number) =>
      element.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, bubbles: true }));
    point('pointerdown', 50, 50);
    point('pointermove', 50 + right / 2, 50 + down / 2);
    point('pointermove', 50 + right, 50 + down);
    point('pointerup', 50 + right, 50 + down);
    point('pointermove', 500, 500);
  }

  it('is dragged as a whole from where it was, and stays within the picture', () => {
    const onreshape = vi.fn<(box: Box) => void>();
    drag(find(handles(onreshape), '.body'), 40, -400);
    expect(onreshape.mock.calls.map(([box]) => box.map((side) => Number(side.toFixed(6))))).toEqual([
      [0.3, 0, 0.5, 0.5],
      [0.35, 0, 0.5, 0.5],
    ]);
  });

  it('is resized by a corner; the opposite one stays', () => {
    const onreshape = vi.fn<(box: Box) => void>();
    drag(find(handles(onreshape), '.corner'), 40, 20);
    const [left, top, width, height] = onreshape.mock.calls.at(-1)![0];
    expect([left, top]).toEqual([0.35, 0.3]);
    expect([left + width, top + height].map((side) => Number(side.toFixed(6)))).toEqual([0.75, 0.75]);
  });

  it('is not moved by a click', () => {
    const onreshape = vi.fn<(box: Box) => void>();
    drag(find(handles(onreshape), '.body'), 1, 1);
    expect(onreshape.mock.calls.filter(([box]) => box[0] === 0.25)).toEqual([]);
  });

  it('moves by arrow keys, changes its size with Shift, and goes with Delete', async () => {
    const root = show(Example, { working: true });
    await settle();
    const button = find(root, '[data-region="2"]');
    const left = button.getBoundingClientRect();
    const { width } = find(root, '[role="group"]').getBoundingClientRect();
    button.focus();
    press('ArrowLeft');
    const moved = button.getBoundingClientRect();
    expect(moved.left - left.left).toBeCloseTo(-0.01 * width, 1);
    expect(moved.width).toBeCloseTo(left.width, 1);
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true, cancelable: true }),
    );
    flushSync();
    expect(button.getBoundingClientRect().width - moved.width).toBeCloseTo(0.01 * width, 1);
    press('Delete');
    await settle();
    expect(root.querySelectorAll('[data-region]')).toHaveLength(4);
  });
});
