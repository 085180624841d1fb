import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import Term from '../../src/views/parts/Term.svelte';
import { terms } from '../../src/views/parts/terms';
import { find, settle, show, violations } from '../charts/page';

const children = createRawSnippet(() => ({ render: () => '<span>caption and foil</span>' }));
let root: HTMLElement;
const tip = () => find(root, '[role="tooltip"]');
const open = () => tip().matches(':popover-open');
const elsewhere = document.createElement('button');
const outside: string[] = [];
const hear = (event: KeyboardEvent) => outside.push(event.key);

beforeEach(async () => {
  outside.length = 0;
  document.body.append(elsewhere);
  window.addEventListener('keydown', hear);
  root = show(Term, { term: 'foil', children }, 300);
  await settle();
});
afterEach(() => window.removeEventListener('keydown', hear));

it('is read under the pointer, within the window, with its source, and goes when the pointer does', async () => {
  expect(open()).toBe(false);
  await userEvent.hover(find(root, '.term'));
  await vi.waitUntil(open);
  expect(tip().textContent).toContain(terms.foil.says);
  expect(find(root, '[role="tooltip"] a').getAttribute('href')).toBe(terms.foil.source.address);
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
  expect([open(), outside]).toEqual([false, []]);
  await userEvent.keyboard('{Escape}');
  expect(outside).toEqual(['Escape']);
});

it('is read on a tap', async () => {
  find(root, '.term').click();
  await vi.waitUntil(open);
  expect(await violations(root)).toEqual([]);
});
