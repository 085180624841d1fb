import { describe, expect, it, vi } from 'vitest';
import Atlas from '../../src/charts/atlas/Atlas.svelte';
import Guesses from '../../src/charts/score/Guesses.svelte';
import Profile from '../../src/charts/depth/Profile.svelte';
import Score from '../../src/charts/score/Score.svelte';
import Strip from '../../src/charts/depth/Strip.svelte';
import Words from '../../src/charts/words/Words.svelte';
import { part } from '../../src/charts/ink/format';
import { attentionLut } from '../../src/charts/ink/ramp';
import type { AtlasRow } from '../../src/charts/atlas/atlas';
import { double, doubleStrip, profile, single, singleStrip, tokens, wordRow } from '../gallery/data';
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
    expect(onselect).toHaveBeenCalledExactlyOnceWith(4);
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
  it('draws every cell, in its own scale or in one', async () => {
    document.documentElement.dataset.theme = 'light';
    const cell = (id: string, top: number): AtlasRow['cells'][number] => ({
      id,
      attention: 0,
      head: 0,
      column: id,
      title: id,
      map: { kind: 'patches', grid: [2, 1], weights: [0, top] },
    });
    const rows: AtlasRow[] = [
      {
        id: 'r',
        name: 'r',
        direction: 'text → image',
        stage: 'fusion',
        cells: [cell('a', 0.2), cell('b', 0.4)],
      },
    ];
    const ramp = attentionLut('light');
    const top = [...ramp.slice(-3), 255];
    const half = [...ramp.slice(3 * 128, 3 * 129), 255];
    for (const [scale, first] of [
      ['own', top],
      ['common', half],
    ] as const) {
      const root = show(Atlas, { rows, scale, label: 'All heads' });
      await settle();
      const canvas = find<HTMLCanvasElement>(root, 'canvas');
      expect(pixel(canvas, 0.375, 0.5)).toEqual(first);
      expect(pixel(canvas, 0.875, 0.5)).toEqual(top);
      expect(pixel(canvas, 0.125, 0.5)).toEqual([...ramp.slice(0, 3), 255]);
    }
  });

  it('lays the canvas under the cells', async () => {
    const root = show(Atlas, { rows: single, label: 'All heads' });
    await settle();
    const canvas = find(root, 'canvas').getBoundingClientRect();
    const first = find(root, '[data-cell="0-0"]').getBoundingClientRect();
    const last = find(root, '[data-cell="5-mean"]').getBoundingClientRect();
    expect([first.left, first.top]).toEqual([canvas.left, canvas.top]);
    expect([last.right, last.bottom]).toEqual([canvas.right, canvas.bottom]);
  });

  it('walks by arrow keys and says what is selected', async () => {
    const [onhover, onselect] = [vi.fn(), vi.fn()];
    const root = show(Atlas, { rows: double, selected: '4-1', label: 'All heads', onhover, onselect });
    await settle();
    find(root, '[tabindex="0"][data-cell]').focus();
    press('ArrowDown');
    press('ArrowRight');
    (document.activeElement as HTMLElement).click();
    expect((document.activeElement as HTMLElement).dataset.cell).toBe('5-2');
    expect(onselect.mock.lastCall?.[0]).toMatchObject({ attention: 5, head: 2, map: null });
    expect(onhover.mock.lastCall?.[0]).toMatchObject({ id: '5-2' });
    expect(root.querySelectorAll('[tabindex="0"][data-cell]')).toHaveLength(1);
    expect(find(root, '[data-cell="5-2"]').getAttribute('aria-label')).toContain('no such block');
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    const root = show(Atlas, { rows: double, selected: '4-1', label: 'All heads', onscale: () => undefined });
    expect(await violations(root)).toEqual([]);
  });
});

describe('Score', () => {
  it.each([
    [2.9, -1.7, 'prefers the caption by 4.6'],
    [-0.4, 3.4, 'prefers the foil by 3.8'],
    [1, 1.01, 'does not tell the two apart'],
    [2, null, 'says the caption fits'],
    [null, null, 'no score yet'],
  ])('of %s and %s: %s', (caption, foil, words) => {
    const root = show(Score, { caption, foil, model: 'vilt-mini' });
    expect(find(root, '.verdict').textContent.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it.each([
    [31.2, 29.9, 'prefers the caption by 1.3'],
    [31.2, null, 'needs a foil: a similarity alone says little'],
  ])('of the similarities %s and %s: %s, and no probability', (caption, foil, words) => {
    const root = show(Score, { caption, foil, kind: 'similarity', model: 'clip-mini' });
    expect(find(root, '.verdict').textContent.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(find(root, '.chance').textContent).toBe('similarity');
    expect(root.querySelector('.zero')).toBeNull();
  });

  it('gives the probability: sigmoid(2.9) = 0.948', () => {
    expect(find(show(Score, { caption: 2.9, model: 'm' }), '.chance').textContent).toBe('95 % true');
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(Score, { caption: -0.4, foil: 3.4, model: 'meter-mini' }))).toEqual([]);
    const similar = { caption: 31.2, foil: 29.9, kind: 'similarity' as const, model: 'clip-mini' };
    expect(await violations(show(Score, similar))).toEqual([]);
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

describe('Strip', () => {
  it('says of two encoders that nothing attends across', async () => {
    const encoders = doubleStrip.filter(({ stage }) => stage !== 'fusion');
    const says = async (modules: typeof doubleStrip) => {
      const root = show(Strip, { modules, label: 'Architecture' }, 900);
      await settle();
      return [...root.querySelectorAll('.section')].map(({ textContent }) => textContent);
    };
    expect(await says(encoders)).toEqual(['two encoders, no attention across']);
    expect(await says(encoders.filter(({ stage }) => stage === 'image'))).toEqual(['one encoder']);
    expect(await says(doubleStrip)).toEqual(['separate encoders', 'fusion by co-attention']);
  });

  it('walks by arrow keys in execution order and selects by Enter', async () => {
    const onselect = vi.fn();
    const root = show(Strip, { modules: doubleStrip, selected: 4, label: 'Architecture', onselect });
    await settle();
    find<SVGElement>(root, '[role="button"][tabindex="0"]').focus();
    press('ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('image self 1');
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith(5);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    for (const modules of [singleStrip, doubleStrip])
      expect(await violations(show(Strip, { modules, selected: 2, label: 'Architecture' }))).toEqual([]);
  });
});

describe('Profile', () => {
  it('puts values where the axis says and names them', async () => {
    const root = show(Profile, {
      points: profile,
      unit: 'share',
      label: 'Profile',
      selected: { attention: 0, head: 0 },
    });
    await settle();
    const dots = [...root.querySelectorAll<SVGCircleElement>('circle')];
    expect(dots).toHaveLength(24);
    const height = (value: number): number => 150 + (24 - 150) * value;
    expect(Number(dots[0].getAttribute('cy'))).toBeCloseTo(height(profile[0].heads[0]), 3);
    expect(dots[0].getAttribute('aria-label')).toBe(
      `joint 1, head 1: ${Math.round(100 * profile[0].heads[0])} %`,
    );
  });

  it('walks by arrow keys and selects by Enter', async () => {
    const onselect = vi.fn();
    const root = show(Profile, { points: profile, unit: 'share', label: 'Profile', onselect });
    await settle();
    find<SVGElement>(root, 'circle[tabindex="0"]').focus();
    press('ArrowRight');
    press('ArrowUp');
    press('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ attention: 1, head: 1 });
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(Profile, { points: profile, unit: 'share', label: 'Profile' }))).toEqual([]);
  });
});
