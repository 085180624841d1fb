import { createRawSnippet, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import Sentence from '../../src/views/parts/Sentence.svelte';
import Term from '../../src/views/parts/Term.svelte';
import { terms } from '../../src/views/parts/terms';
import type { TermKey } from '../../src/views/parts/terms';
import { find, settle, show, violations } from '../charts/page';

const saying = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));
let root: HTMLElement;
let sentence: Record<string, unknown>;
const more: Record<string, unknown>[] = [];
const tip = () => find(document.body, '[role="tooltip"]');
const open = () => tip().matches(':popover-open');
const elsewhere = document.createElement('button');
const outside: string[] = [];
const hear = (event: KeyboardEvent) => outside.push(event.key);

/** Another term beside the first, in the same group. */
function beside(term: TermKey): HTMLElement {
  more.push(mount(Term, { target: root, props: { term, children: saying(term) } }));
  return find(root, '.term:last-of-type');
}

beforeEach(async () => {
  outside.length = 0;
  document.body.append(elsewhere);
  window.addEventListener('keydown', hear);
  root = show(Term, { term: 'foil', children: saying('caption and foil') }, 300);
  root.dataset.terms = '';
  sentence = mount(Sentence, { target: document.body });
  await settle();
});
afterEach(async () => {
  window.removeEventListener('keydown', hear);
  for (const one of [sentence, ...more.splice(0)]) await unmount(one);
});

it('is read under the pointer, within the window, with its source, and goes when the pointer does', async () => {
  expect(open()).toBe(false);
  await userEvent.hover(find(root, '.term'));
  await vi.waitUntil(open);
  expect(tip().textContent).toContain(terms.foil.says);
  expect(find(tip(), 'a').getAttribute('href')).toBe(terms.foil.source.address);
  const { left, right, top, bottom } = tip().getBoundingClientRect();
  expect([left >= 0, right <= innerWidth, top >= 0, bottom <= innerHeight]).toEqual([true, true, true, true]);
  await userEvent.hover(elsewhere);
  await vi.waitUntil(() => !open());
});

it('is read on focus by a description, and Escape puts it away without reaching the page', async () => {
  find(root, '.term').focus();
  await vi.waitUntil(open);
  expect(find(root, '.term').getAttribute('aria-describedby')).toBe(tip().id);
  await userEvent.keyboard('{Escape}');
  await vi.waitUntil(() => !open());
  expect(outside).toEqual([]);
  expect(find(root, '.term').hasAttribute('aria-describedby')).toBe(false);
  await userEvent.keyboard('{Escape}');
  expect(outside).toEqual(['Escape']);
});

it('may bring a sentence of its own', async () => {
  const own = { name: 'Keys', says: 'How many keys would give this spread.' };
  more.push(mount(Term, { target: root, props: { term: own, children: saying('keys') } }));
  await settle();
  find(root, '.term:last-of-type').focus();
  await vi.waitUntil(() => open() && tip().textContent.includes(own.says));
  expect(tip().querySelector('a')).toBeNull();
});

it('is read on a tap', async () => {
  find(root, '.term').click();
  await vi.waitUntil(open);
  expect(await violations(root)).toEqual([]);
});

it('is one Tab stop with the others of its group, which arrow keys reach, whichever goes away', async () => {
  const stops = () =>
    [...root.querySelectorAll<HTMLElement>('.term')].filter(({ tabIndex }) => tabIndex === 0);
  const second = beside('sink');
  await settle();
  expect(stops()).toEqual([find(root, '.term')]);
  find(root, '.term').focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(second);
  await vi.waitUntil(() => open() && tip().textContent.includes(terms.sink.says));
  expect(stops()).toEqual([second]);
  await unmount(more.pop()!);
  expect(stops()).toEqual([find(root, '.term')]);
});
