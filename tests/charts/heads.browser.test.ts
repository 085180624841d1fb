import { describe, expect, it, vi } from 'vitest';
import { percent } from '../../src/charts/ink/format';
import { attentionLut, level } from '../../src/charts/ink/ramp';
import { margin } from '../../src/charts/matrix/axes';
import Matrix from '../../src/charts/matrix/Matrix.svelte';
import Scatter from '../../src/charts/scatter/Scatter.svelte';
import Table from '../../src/charts/table/Table.svelte';
import { sorted } from '../../src/charts/table/table';
import Tree from '../../src/charts/tree/Tree.svelte';
import { cells, columns, joins, keys, leaves, points, queries, rows } from '../gallery/heads';
import { find, pixel, press, settle, show, violations } from './page';

const schemes = ['light', 'dark'];
const theme = (scheme: string): void => void (document.documentElement.dataset.theme = scheme);
const said = (root: HTMLElement) => find(root, '.read').textContent.replaceAll(/\s+/g, ' ').trim();
const near = (...all: number[]) => all.map((one) => expect.closeTo(one, 2) as number);
const focused = () => document.activeElement as HTMLElement;

/** A mouse event at a place of an element, px. */
function mouse(on: Element, type: string, x: number, y: number): void {
  const { left, top } = on.getBoundingClientRect();
  on.dispatchEvent(
    new PointerEvent(type, { clientX: left + x, clientY: top + y, bubbles: true, pointerId: 1, button: 0 }),
  );
}

describe('Table', () => {
  const order = { column: 'pointing', descending: true };
  const draw = (props = {}) =>
    show(Table, {
      ...{ columns, rows: sorted(rows, order), order, label: 'Heads', onsort: () => undefined },
      ...props,
    });

  it('has the largest first and what is blank last, with bars and ticks where the figures lie', async () => {
    const root = draw();
    await settle();
    const names = [...root.querySelectorAll('[role="rowheader"]')].map((name) => name.textContent.trim());
    expect(names).toEqual(['joint 1, head 2', 'joint 1, head 1', 'text 1, head 1']);
    const share = (cell: string, part: string, side: 'width' | 'left') => {
      const [track, inner] = ['.track', part].map((one) =>
        find(root, `[data-cell="${cell}"] ${one}`).getBoundingClientRect(),
      );
      return side === 'width' ? inner.width / track.width : (inner.left - track.left) / track.width;
    };
    expect([share('0-1', '.bar', 'width'), share('1-1', '.bar', 'width')]).toEqual(near(0.75, 0.25));
    expect(share('0-1', '.even', 'left')).toBeCloseTo(0.5, 1);
    // −2 of [−2, 2] grows from the middle to the left end, 1 from the middle to three quarters.
    expect([share('0-2', '.bar', 'left'), share('0-2', '.bar', 'width')]).toEqual(near(0, 0.5));
    expect([share('2-2', '.bar', 'left'), share('2-2', '.bar', 'width')]).toEqual(near(0.5, 0.25));
    expect(find(root, '[data-cell="2-1"]').textContent).toContain('–');
  });

  it('has its cells under the names of their columns, also where it is narrower than they are', async () => {
    const many = Array.from({ length: 9 }, (_, at) => ({ ...columns[1], id: `${at}`, name: 'specificity' }));
    const root = draw({ columns: [columns[0], ...many] });
    root.style.width = '400px';
    await settle();
    const rights = (all: string) =>
      [...root.querySelectorAll(all)].map((one) => one.getBoundingClientRect().right);
    expect(rights('[data-row]:first-of-type [data-cell]')).toEqual(rights('[role="columnheader"]'));
    expect(find(root, '.scroll').scrollWidth).toBeGreaterThan(700);
  });

  it('has a cell that Tab leads to wherever it is scrolled to', async () => {
    const many = Array.from({ length: 80 }, (_, at) => ({ ...rows[0], id: `${at}` }));
    const root = draw({ rows: many });
    find(root, '.table').style.height = '240px';
    await settle();
    const grid = find(root, '.scroll');
    for (const row of [0, 40, 78, 10]) {
      grid.scrollTop = 26 * row;
      await settle();
      expect(root.querySelectorAll('[data-row] [tabindex="0"]')).toHaveLength(1);
    }
  });

  it('reads a cell, why it is blank, and what a column is, with its source', async () => {
    const root = draw();
    await settle();
    find(root, '[data-cell="2-1"]').focus();
    await settle();
    expect(said(root)).toContain('text 1, head 1 · pointing blank: it has no image keys.');
    find(root, '[role="columnheader"]:nth-child(2) button').focus();
    await settle();
    expect(said(root)).toMatch(/^pointing Share of nouns .* after Zhang et al\. 2016$/);
    expect(find(root, '.read a').getAttribute('href')).toBe('https://arxiv.org/abs/1608.00507');
  });

  it('sorts by a name, walks by arrow keys, chooses by a click and gathers by Space', async () => {
    const [onsort, onselect, onmark, onhover] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    const root = draw({ onsort, onselect, onmark, onhover });
    await settle();
    find(root, '[role="columnheader"]:nth-child(3) button').click();
    expect(onsort).toHaveBeenCalledExactlyOnceWith('score');
    expect(find(root, '[aria-sort="descending"]').textContent).toContain('pointing');
    find(root, '[data-cell][tabindex="0"]').focus();
    press('ArrowDown');
    await settle();
    press('ArrowRight');
    await settle();
    expect(focused().dataset.cell).toBe('1-1');
    expect(onhover.mock.lastCall?.[0]).toMatchObject({ id: 'row 0' });
    press(' ');
    expect(onmark.mock.lastCall?.[0]).toMatchObject({ id: 'row 0' });
    focused().click();
    expect(onselect.mock.lastCall?.[0]).toMatchObject({ id: 'row 0' });
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(draw({ selected: 'row 1', marked: new Set(['row 0']) }))).toEqual([]);
  });
});

describe('Scatter', () => {
  const axis = (name: string) => ({ name, format: percent });
  const draw = (props = {}) =>
    show(Scatter, { points, x: axis('on image'), y: axis('pointing'), height: 280, label: 'Two', ...props });
  const at = (root: HTMLElement, id: string) =>
    ['cx', 'cy'].map((one) => Number(find(root, `[data-dot="${id}"]`).getAttribute(one)));

  it('puts a dot where its two numbers lie', async () => {
    const root = draw();
    await settle();
    const [low, middle, high] = points.map(({ id }) => at(root, id));
    expect([low[1], high[1]]).toEqual([280 - 38, 26]);
    expect(middle).toEqual([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2]);
    expect(high[0]).toBeGreaterThan(low[0]);
    expect(find(root, '[data-dot="middle"]').getAttribute('aria-label')).toBe(
      'text 1, head 2: on image 50 %, pointing 50 %',
    );
  });

  it('takes what a frame holds, whichever corner it is drawn from, and lets go beside every dot', async () => {
    const [onbrush, onselect] = [vi.fn(), vi.fn()];
    const root = draw({ onbrush, onselect });
    await settle();
    const svg = find<SVGElement>(root, 'svg');
    svg.setPointerCapture = () => undefined;
    const [middle, high] = [at(root, 'middle'), at(root, 'high')];
    mouse(svg, 'pointerdown', high[0] + 8, high[1] - 8);
    mouse(svg, 'pointermove', middle[0] - 8, middle[1] + 8);
    mouse(svg, 'pointerup', middle[0] - 8, middle[1] + 8);
    mouse(svg, 'click', middle[0] - 8, middle[1] + 8);
    expect(onbrush).toHaveBeenCalledExactlyOnceWith(['middle', 'high']);
    const away = [middle[0] + 60, middle[1] + 60] as const;
    mouse(svg, 'pointerdown', ...away);
    mouse(svg, 'pointerup', ...away);
    mouse(svg, 'click', ...away);
    expect(onbrush.mock.lastCall).toEqual([[]]);
    mouse(svg, 'pointerdown', middle[0] + 10, middle[1]);
    mouse(svg, 'pointerup', middle[0] + 10, middle[1]);
    mouse(svg, 'click', middle[0] + 10, middle[1]);
    expect(onselect).toHaveBeenCalledExactlyOnceWith('middle');
    find(root, '[data-dot="low"]').dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(onselect.mock.lastCall, 'as a screen reader clicks').toEqual(['low']);
  });

  it('walks to the next dot in a direction and chooses by Enter', async () => {
    const onselect = vi.fn();
    const root = draw({ selected: 'low', onselect });
    await settle();
    find(root, '[tabindex="0"]').focus();
    press('ArrowRight');
    expect(focused().dataset.dot).toBe('middle');
    press('ArrowUp');
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith('high');
    expect(root.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(draw({ selected: 'low', hovered: 'high' }))).toEqual([]);
  });
});

describe('Tree', () => {
  const draw = (props = {}) => show(Tree, { leaves, joins, label: 'Heads that go together', ...props });
  const labels = (root: HTMLElement) =>
    [...root.querySelectorAll('[data-knot]')].map((knot) => knot.getAttribute('aria-label'));

  it('joins heads at their mean distance, nearest first', async () => {
    const root = draw();
    await settle();
    expect(labels(root)).toEqual(
      expect.arrayContaining([
        '2 heads, 0.10 apart: joint 1, head 1, joint 1, head 2',
        '3 heads, 0.50 apart: joint 1, head 1, joint 1, head 2, text 1, head 1',
      ]),
    );
    const x = (label: RegExp) => {
      const knot = [...root.querySelectorAll('[data-knot]')].find((one) =>
        label.test(one.getAttribute('aria-label') ?? ''),
      );
      return Number(find(knot!, 'circle:last-of-type').getAttribute('cx'));
    };
    const [near, far, leaf] = [x(/^2 heads/), x(/^3 heads/), x(/^text 1/)];
    expect((leaf - near) / (leaf - far)).toBeCloseTo(0.1 / 0.5, 6);
  });

  it('gathers all below a join, chooses a leaf, and is walked by arrow keys', async () => {
    const [onmark, onselect] = [vi.fn(), vi.fn()];
    const root = draw({ onmark, onselect });
    await settle();
    const place = labels(root).findIndex((label) => label?.startsWith('2 heads'));
    const join = find<SVGElement>(root, `[data-knot="${place}"]`);
    join.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(onmark).toHaveBeenCalledExactlyOnceWith(['leaf 0', 'leaf 1']);
    find<SVGElement>(root, '[tabindex="0"]').focus();
    for (let step = 0; step < 9; step++) press('ArrowDown');
    press('Enter');
    expect(onselect.mock.calls.length + onmark.mock.calls.length).toBe(2);
    expect(root.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(draw({ selected: 'leaf 1' }))).toEqual([]);
  });
});

describe('Matrix', () => {
  const height = margin.top + 150;
  /** 50 px a cell: room for four keys and three queries, within the card's padding. */
  const draw = (props = {}) =>
    show(
      Matrix,
      { cells, queries, keys, height, label: 'joint 1, head 1', ...props },
      margin.left + 200 + 32,
    );
  const middle = (row: number, column: number) =>
    [margin.left + 50 * column + 25, margin.top + 50 * row + 25] as const;

  it.each([
    ['whole', [1, 1 / 3, 1]],
    ['row', [1, 1, 1]],
  ] as const)('paints each weight on the ramp, scale of the %s', async (scale, tops) => {
    theme('light');
    const root = draw({ scale });
    await settle();
    const canvas = find<HTMLCanvasElement>(root, '[data-matrix="drawn"]');
    const ramp = attentionLut('light');
    const colour = (share: number) => [...ramp.slice(3 * level(share), 3 * level(share) + 3), 255];
    const seen = (row: number, column: number) => {
      const [x, y] = middle(row, column);
      // Beside the number that stands in the middle of a large cell.
      return pixel(canvas, (x - 17) / canvas.clientWidth, (y - 17) / height);
    };
    expect(seen(0, 0)).toEqual(colour(tops[0]));
    expect(seen(1, 3)).toEqual(colour(tops[1]));
    expect(seen(0, 2)).toEqual(colour(0));
    if (scale === 'row') expect(seen(2, 3)).toEqual(colour(tops[2]));
    else expect(seen(2, 3)).toEqual(colour(0.5 / 0.75));
  });

  it('reads the cell under the pointer, and says what may not be seen', async () => {
    const onhover = vi.fn();
    const root = draw({ onhover });
    await settle();
    const grid = find(root, '[role="grid"]');
    mouse(grid, 'pointermove', ...middle(0, 1));
    await settle();
    expect(onhover.mock.lastCall).toEqual([[0, 1]]);
    expect(said(root)).toBe('“a” → “ball”: 25 %');
    mouse(grid, 'pointermove', ...middle(2, 0));
    await settle();
    expect(said(root)).toBe('“1·1” → “a”: not visible');
  });

  it('is walked by arrow keys, zoomed by + and shown whole again by 0', async () => {
    const onselect = vi.fn();
    const root = draw({ onselect });
    await settle();
    find(root, '[role="grid"]').focus();
    press('ArrowRight');
    press('ArrowDown');
    press('End');
    await settle();
    expect(said(root)).toBe('“ball” → “2·1”: 25 %');
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith([1, 3]);
    const whole = find<HTMLButtonElement>(root, '[aria-label="Zoom"] button:last-child');
    expect(whole.disabled).toBe(true);
    press('+');
    expect(whole.disabled).toBe(false);
    press('0');
    expect(whole.disabled).toBe(true);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(draw())).toEqual([]);
  });
});
