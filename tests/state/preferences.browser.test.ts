import { beforeEach, expect, it } from 'vitest';
import { Preferences } from '../../src/state/set/preferences.svelte';

const root = document.createElement('div');

beforeEach(() => localStorage.clear());

it('follows the device until told otherwise, and then remembers', () => {
  const first = new Preferences(root, localStorage);
  expect(first.theme).toBe('auto');
  expect(root.dataset.theme).toBeUndefined();
  first.turn();
  first.turn();
  expect(root.dataset.theme).toBe('dark');
  expect(new Preferences(document.createElement('div'), localStorage).theme).toBe('dark');
  first.turn();
  expect(root.dataset.theme).toBeUndefined();
});

it('remembers how attention is drawn', () => {
  const first = new Preferences(root, localStorage);
  expect(first.overlay).toBe('veil');
  first.overlay = 'tint';
  expect(new Preferences(root, localStorage).overlay).toBe('tint');
  localStorage.setItem('vlpm-overlay', 'jet');
  expect(new Preferences(root, localStorage).overlay).toBe('veil');
});

it('takes nothing else out of the storage', () => {
  localStorage.setItem('vlpm-theme', 'sepia');
  expect(new Preferences(root, localStorage).theme).toBe('auto');
});

it('does without a storage', () => {
  const preferences = new Preferences(root, null);
  preferences.theme = 'light';
  expect(root.dataset.theme).toBe('light');
});
