import { describe, expect, it } from 'vitest';
import AnswerChange from '../../src/charts/score/AnswerChange.svelte';
import Change from '../../src/charts/score/Change.svelte';
import Atlas from '../../src/charts/atlas/Atlas.svelte';
import { grouped, single } from '../gallery/data';
import { changes } from '../gallery/effects';
import { find, settle, show, violations } from './page';

const schemes = ['light', 'dark'];
const theme = (scheme: string): void => void (document.documentElement.dataset.theme = scheme);

describe('Change', () => {
  const words = (root: HTMLElement) =>
    [...root.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent.trim().replace(/\s+/g, ' ')).filter((text) => text),
    );

  it('puts after beside before, with the difference', () => {
    const says = [
      {
        name: 'masked word',
        before: { text: 'ball', probability: 0.62 },
        after: { text: 'ball', probability: 0.34 },
      },
      {
        name: 'answer',
        before: { text: 'left', probability: 0.75 },
        after: { text: 'right', probability: 0.5 },
      },
    ];
    expect(words(show(Change, { changes, says, label: 'Answers' }))).toEqual([
      ['caption', '2.9', '1.1', '−1.83'],
      ['foil', '−1.7', '−1.0', '+0.71'],
      ['caption − foil', '4.6', '2.1', '−2.54'],
      ['masked word', 'ball 62 %', 'ball 34 %', '−28 pp'],
      ['answer', 'left 75 %', 'right 50 %', 'another'],
    ]);
  });

  it('keeps the numbers of the model as it is while the others are on their way', () => {
    const rows = changes.map((change) => ({ ...change, after: null }));
    expect(words(show(Change, { changes: rows, waiting: true, label: 'Answers' }))[0]).toEqual([
      'caption',
      '2.9',
      '…',
      '…',
    ]);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(Change, { changes, label: 'Answers' }))).toEqual([]);
  });
});

describe('AnswerChange', () => {
  const before = ['left', 'right', 'above', 'below'].map((text, rank) => ({
    text,
    probability: 0.5 / 2 ** rank,
  }));
  const after = [
    { text: 'right', probability: 0.6 },
    { text: 'left', probability: 0.3 },
    { text: 'above', probability: 0.125 },
    { text: 'red', probability: 0.01 },
  ];
  const rows = (root: HTMLElement) =>
    [...root.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td:not(.links)')].map((cell) => cell.textContent.trim().replace(/\s+/g, ' ')),
    );
  const props = { before, after, label: 'Likeliest answers' };

  it('puts the answers beside each other, says what each has gained and which came and went', () => {
    const root = show(AnswerChange, props);
    expect([...root.querySelectorAll('th')].map((head) => head.textContent)).toEqual([
      ...['as it is', 'switched off', 'change'],
    ]);
    expect(rows(root)).toEqual([
      ['left 50 %', 'right 60 %', '+35 pp'],
      ['right 25 %', 'left 30 %', '−20 pp'],
      ['above 13 %', 'above 13 %', '0 pp'],
      ['below 6.3 % (not among the first 4 then)', 'red 1.0 %', 'new'],
    ]);
    const lines = [...root.querySelectorAll('line')].map((line) => [
      ...[line.getAttribute('y1'), line.getAttribute('y2'), line.classList.contains('moved')],
    ]);
    expect(lines).toEqual([
      ['0.5', '1.5', true],
      ['1.5', '0.5', true],
      ['2.5', '2.5', false],
    ]);
  });

  it('keeps its size while what it is compared with is on its way', async () => {
    const full = show(AnswerChange, props).querySelector('table')!.offsetHeight;
    const root = show(AnswerChange, { ...props, after: null, waiting: true });
    expect(rows(root)[0]).toEqual(['left 50 %', '…', '']);
    expect(root.querySelector('table')!.offsetHeight).toBe(full);
    expect(await violations(root)).toEqual([]);
  });

  it.each(schemes)('has no accessibility violation, %s', async (scheme) => {
    theme(scheme);
    expect(await violations(show(AnswerChange, props, 320))).toEqual([]);
  });
});

describe('Atlas', () => {
  it.each(schemes)('strikes out what is switched off, and says it, %s', async (scheme) => {
    theme(scheme);
    const root = show(Atlas, {
      groups: grouped(single),
      off: new Set(['4-1']),
      notes: { 'joint 2': 'text → image off' },
      label: 'All heads',
    });
    await settle();
    const cell = find(root, '[data-cell="4-1"]');
    expect(cell.getAttribute('aria-label')).toBe('joint 5, head 2, switched off');
    expect(getComputedStyle(cell, '::before').backgroundImage).toContain('gradient');
    expect(getComputedStyle(find(root, '[data-cell="4-2"]'), '::before').content).toBe('none');
    expect(find(root, '.noted').title).toBe('joint 2, text → image off');
    expect(await violations(root)).toEqual([]);
  });
});
