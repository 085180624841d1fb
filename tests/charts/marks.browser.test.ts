import { flushSync } from 'svelte';
import type { ComponentProps } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { describe, expect, it, vi } from 'vitest';
import Atlas from '../../src/charts/atlas/Atlas.svelte';
import Guesses from '../../src/charts/score/Guesses.svelte';
import Score from '../../src/charts/score/Score.svelte';
import Words from '../../src/charts/words/Words.svelte';
import { part } from '../../src/charts/ink/format';
import { attentionLut, level } from '../../src/charts/ink/ramp';
import type { AtlasRow } from '../../src/charts/atlas/atlas';
import { double, grouped, single, tokens, wordRow } from '../gallery/data';
import { find, pixel, press, settle, show, violations } from './page';

const schemes = ['light', 'dark'];
const theme = (scheme: string): void => void (document.documentElement.dataset.theme = scheme);

describe('Words', () => {
  it('walks by arrow keys, selects by Enter, masks by M', async () => {
    const [onselect, onmask, onhover] = [vi.fn(), vi.fn(), vi.fn()];
    const root = show(Words, { tokens, selected: 3, label: 'Words', onselect, onmask, onhover });
    const inside = root.querySelectorAll<HTMLElement>('[tabindex="0"]');
    expect([...inside].map((chip) => chip.dataset.token)).toEqual(['3']);
    inside[0].focus();
    press('ArrowRight');
    expect((document.activeElement as HTMLElement).dataset.token).toBe('4');
    (document.activeElement as HTMLElement).click();
    expect(onselect).toHaveBeenCalledExactlyOnceWith(4, false);
    press('m');
    expect(onmask).toHaveBeenCalledExactlyOnceWith(3);
    press('End');
    expect((document.activeElement as HTMLElement).dataset.token).toBe('11');
    await settle();
  });

  it('masks no special token', () => {
    const onmask = vi.fn();
    const root = show(Words, { tokens, selected: 0, label: 'Words', onmask });
    find(root, '[data-token="0"]').focus();
    press('m');
    expect(onmask).not.toHaveBeenCalled();
    expect(find<HTMLButtonElement>(root, '.mask').disabled).toBe(true);
  });

  it('draws a weight as a bar relative to the largest, with its number', () => {
    const weights = Float32Array.from(tokens, (_, i) => (i === 2 ? 0.5 : i === 3 ? 0.25 : 0));
    const root = show(Words, { tokens, weights, part: 'key', label: 'Words' });
    const width = (i: number, part: string): number =>
      find(root, `[data-token="${i}"] ${part}`).getBoundingClientRect().width;
    const shares = [2, 3, 4].map((i) => Number((width(i, '.bar') / width(i, '.track')).toFixed(2)));
    expect(shares).toEqual([1, 0.5, 0]);
    expect(find(root, '[data-token="3"] .share').textContent).toBe('25 %');
    expect(find(root, '[role="toolbar"]').getAttribute('aria-label')).toBe('Words. Strongest: “red”, 50 %.');
  });

  it('draws signed parts from the middle, to the left below zero', () => {
    const weights = Float32Array.from(tokens, (_, i) => (i === 2 ? -0.5 : i === 3 ? 0.25 : 0));
    const root = show(Words, { tokens, weights, signed: true, format: part, label: 'Words' });
    const [track, left, right] = [[2, '.track'] as const, [2, '.bar'] as const, [3, '.bar'] as const].map(
      ([i, selector]) => find(root, `[data-token="${i}"] ${selector}`).getBoundingClientRect(),
    );
    expect(left.width / track.width).toBeCloseTo(0.5, 2);
    expect(left.left).toBeCloseTo(track.left, 0);
    const other = find(root, '[data-token="3"] .track').getBoundingClientRect();
    expect([right.left - other.left, right.width].map((x) => x / other.width)).toEqual([
      expect.closeTo(0.5, 2),
      expect.closeTo(0.25, 2),
    ]);
    expect(find(root, '[data-token="2"] .share').textContent).toBe('−0.5');
    expect(find(root, '[role="toolbar"]').getAttribute('aria-label')).toBe(
      'Words. Strongest: “ball”, +0.25.',
    );
  });

  it('tells what is selected of words that nobody points at', () => {
    const weights = Float32Array.from(tokens, () => 0.1);
    const spoken = Float32Array.from(tokens, () => 0.3);
    const root = show(Words, { tokens, weights, spoken, hovered: 3, label: 'Words' });
    expect(find(root, '[data-token="3"] .share').textContent).toBe('10 %');
    expect(find(root, '[data-token="2"] .share').textContent).toBe('30 %');
  });

  it('tells the share of any word in full, in whatever row it stands', async () => {
    const weights = Float32Array.from(tokens, () => 0.123);
    for (const hovered of tokens.slice(0, 12).keys()) {
      const root = show(Words, { tokens, weights, hovered, maxHeight: 400, label: 'Words' }, 150);
      await settle();
      const tip = find(root, `[data-token="${hovered}"] .share`);
      expect([tip.textContent, getComputedStyle(tip).opacity]).toEqual(['12 %', '1']);
      const { left, right, top, bottom } = tip.getBoundingClientRect();
      const chip = find(root, `[data-token="${hovered}"]`).getBoundingClientRect();
      expect(top).toBeGreaterThan(chip.top + 18);
      const row = find(root, '.words').getBoundingClientRect();
      expect([left >= row.left, right <= row.right, bottom <= row.bottom]).toEqual([true, true, true]);
    }
  });

  it('marks words that the model never saw, and shows markup as text', () => {
    const root = show(Words, {
      tokens: [...tokens, { stream: 'text', role: 'word', text: '<b>x</b>', word: 9 }],
      label: 'Words',
    });
    expect(find(root, '[data-token="7"]').textContent).toContain("not in the model's lexicon");
    expect(find(root, '[data-token="12"] bdi').textContent).toBe('<b>x</b>');
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    const weights = wordRow(tokens.length, 3);
    const common = { tokens, label: 'Words', onmask: () => undefined, masked: [4], weights };
    expect(await violations(show(Words, { ...common, selected: 3 }))).toEqual([]);
    expect(await violations(show(Words, { ...common, selected: 3, hovered: 5, part: 'key' }))).toEqual([]);
  });
});

describe('Atlas', () => {
  /** An atlas in a room of its own, which it fills. */
  function atlas(props: Omit<ComponentProps<typeof Atlas>, 'label'>, width = 480): HTMLElement {
    const root = show(Atlas, { ...props, label: 'All heads' }, width);
    find(root, '.box').style.height = '400px';
    return root;
  }

  it('draws every cell, in its own scale or in one; a map under its uniform share stays pale', async () => {
    document.documentElement.dataset.theme = 'light';
    const cell = (id: string, top: number): AtlasRow['cells'][number] => ({
      id,
      attention: 0,
      head: 0,
      column: id,
      title: id,
      map: { kind: 'patches', grid: [2, 1], weights: [0, top], even: 0.05 },
    });
    const [first] = single;
    const groups = grouped([{ ...first, cells: [cell('a', 0.2), cell('b', 0.4), cell('c', 0.025)] }]);
    const ramp = attentionLut('light');
    const at = (share: number) => [...ramp.slice(3 * level(share), 3 * level(share) + 3), 255];
    for (const [max, shares] of [
      [null, [1, 1, 0.25]],
      [0.4, [0.5, 1, 0.0625]],
    ] as const) {
      const root = atlas({ groups, max });
      await settle();
      const canvas = find<HTMLCanvasElement>(root, '[data-maps="drawn"]');
      const left = canvas.getBoundingClientRect().left;
      ['a', 'b', 'c'].forEach((id, i) => {
        const box = find(root, `[data-cell="${id}"]`).getBoundingClientRect();
        const x = (part: number) => (box.left - left + part * box.width) / canvas.clientWidth;
        expect(pixel(canvas, x(0.75), 0.5)).toEqual(at(shares[i]));
        expect(pixel(canvas, x(0.25), 0.5)).toEqual(at(0));
      });
    }
  });

  it('draws weights that changed in the frame after, and writes no cell anew', async () => {
    const [first] = single;
    const of = (weights: number[]) => {
      const map = { kind: 'patches', grid: [2, 1], weights, even: 0.05 } as const;
      const cell = { id: 'a', attention: 0, head: 0, column: '1', title: 'a', map };
      return grouped([{ ...first, cells: [cell] }]);
    };
    const given = new SvelteMap([['groups', of([1, 0])]]);
    const root = show(Atlas, {
      get groups() {
        return given.get('groups')!;
      },
      max: 1,
      label: 'All heads',
    });
    find(root, '.box').style.height = '400px';
    await settle();
    const canvas = find<HTMLCanvasElement>(root, '[data-maps="drawn"]');
    const cell = find(root, '[data-cell="a"]').getBoundingClientRect();
    const left = (cell.left + 0.25 * cell.width - canvas.getBoundingClientRect().left) / canvas.clientWidth;
    const ramp = attentionLut('light');
    const told: MutationRecord[] = [];
    const watch = new MutationObserver((changes) => told.push(...changes));
    watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    expect(pixel(canvas, left, 0.5)).toEqual([...ramp.slice(-3), 255]);
    given.set('groups', of([0, 1]));
    flushSync();
    await settle();
    expect(pixel(canvas, left, 0.5)).toEqual([...ramp.slice(0, 3), 255]);
    expect(told).toEqual([]);
    watch.disconnect();
  });

  it('lays the canvas under the cells', async () => {
    const root = atlas({ groups: grouped(double) });
    await settle();
    const canvas = find(root, 'canvas').getBoundingClientRect();
    const first = find(root, '[data-cell="0-0"]').getBoundingClientRect();
    const last = find(root, '[data-cell="11-mean"]').getBoundingClientRect();
    const line = find(root, '[data-group="text"]').getBoundingClientRect();
    expect([first.left, first.top]).toEqual([canvas.left, line.bottom]);
    expect([last.right, last.bottom]).toEqual([canvas.right, canvas.bottom]);
  });

  it('walks by arrow keys over what is not folded, and says what is selected', async () => {
    const [onhover, onselect, onfold] = [vi.fn(), vi.fn(), vi.fn()];
    const root = atlas({ groups: grouped(double, false), selected: '4-1', onhover, onselect, onfold });
    await settle();
    find(root, '[tabindex="0"][data-cell]').focus();
    press('ArrowUp');
    expect((document.activeElement as HTMLElement).dataset.cell).toBe('4-1');
    press('ArrowDown');
    press('ArrowRight');
    (document.activeElement as HTMLElement).click();
    expect((document.activeElement as HTMLElement).dataset.cell).toBe('5-2');
    expect(onselect.mock.lastCall?.[0]).toMatchObject({ attention: 5, head: 2, map: null });
    expect(onhover.mock.lastCall?.[0]).toMatchObject({ id: '5-2' });
    expect(root.querySelectorAll('[tabindex="0"][data-cell]')).toHaveLength(1);
    expect(find(root, '[data-cell="5-2"]').getAttribute('aria-label')).toContain('no map');
    expect(find(root, '[data-cell="5-2"]').textContent.trim()).toBe('–');
    find(root, '[data-group="image"]').click();
    expect(onfold).toHaveBeenCalledExactlyOnceWith('image', true);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    const root = atlas({ groups: grouped(double), selected: '4-1', onfold: () => undefined });
    expect(await violations(root)).toEqual([]);
  });
});

describe('Score', () => {
  it('has zero on the axis of logits, and none on that of similarities', () => {
    const root = show(Score, { caption: 2.9, foil: -1.7 });
    expect(root.querySelector('.zero')).not.toBeNull();
    expect(find(root, 'dl').textContent.replaceAll(/\s+/g, ' ').trim()).toBe('caption 2.9foil −1.7');
    expect(find(root, 'dl > div').title).toBe('logit; 95 % true');
    const similar = show(Score, { caption: 31.2, foil: 29.9, kind: 'similarity' });
    expect(similar.querySelector('.zero')).toBeNull();
    expect(find(similar, 'dl > div').title).toBe('similarity, on a scale of its own');
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(Score, { caption: -0.4, foil: 3.4 }))).toEqual([]);
    expect(await violations(show(Score, { caption: 31.2, foil: 29.9, kind: 'similarity' }))).toEqual([]);
  });
});

describe('Guesses', () => {
  const guesses = ['ball', 'apple', 'sun', 'car', 'cat'].map((text, i) => ({
    text,
    probability: 0.5 / (i + 1),
  }));

  it('marks the hidden word, or says that it is missing', () => {
    const marked = find(show(Guesses, { guesses, truth: 'sun' }), 'li.true').textContent;
    expect(marked).toMatch(/sun.*17 %.*the hidden word/s);
    expect(find(show(Guesses, { guesses, truth: 'dog' }), 'p').textContent).toContain(
      '“dog”, is not among the first 5',
    );
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(Guesses, { guesses, truth: 'sun' }))).toEqual([]);
  });
});
