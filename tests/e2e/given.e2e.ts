import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { settled, typeCaption } from './page';

let guest: Visit;

const run = readFileSync(join(import.meta.dirname, '../oracle/trace/vilt.npz'));
const panel = (place: number) => guest.page.locator('article.panel').nth(place);
const stateOf = (place: number) => panel(place).locator('header [role="status"]').innerText();
const scaleOf = (place: number) => panel(place).getByRole('button', { name: /^scale/ });

beforeAll(async () => {
  guest = await visit(`${inject('site')}#sample=composed-1`);
  await settled(guest.page);
});

afterAll(() => guest.close());

test('the badge says once how many threads there are', async () => {
  const badge = guest.page.getByRole('button', { name: /WebAssembly/ }).first();
  expect((await badge.innerText()).match(/threads?/g)).toHaveLength(1);
});

test('one scale for all maps is one for the atlases of all panels', async () => {
  expect(await scaleOf(1).getAttribute('aria-pressed')).toBe('false');
  await scaleOf(0).click();
  expect(await scaleOf(1).getAttribute('aria-pressed')).toBe('true');
  await scaleOf(1).click();
  expect(await scaleOf(0).getAttribute('aria-pressed')).toBe('false');
});

test('a foil goes when the caption no longer holds what it changes, and no verdict is left of it', async () => {
  const foil = guest.page.getByLabel(/^Foil/);
  expect(await foil.inputValue()).not.toBe('');
  await expect.poll(() => panel(0).innerText()).toMatch(/prefers the (caption|foil)/);
  await typeCaption(guest.page, 'two people on a bench');
  await settled(guest.page);
  expect(await foil.inputValue()).toBe('');
  for (const place of [0, 1])
    expect(await panel(place).innerText()).not.toMatch(/prefers the (caption|foil)/);
});

test('a run that is chosen where a picture is asked for opens as the run that it is', async () => {
  await guest.page.getByLabel('Picture file').setInputFiles({
    ...{ name: 'mine.npz', mimeType: 'application/octet-stream', buffer: run },
  });
  await expect.poll(() => stateOf(1)).toBe('imported');
  expect(await guest.page.getByRole('alert').allInnerTexts()).toEqual([]);
});

test('a run that is opened by the first panel is in the first panel, and the other keeps its model', async () => {
  await guest.page.reload();
  await settled(guest.page, 1);
  await guest.page
    .getByLabel('Model or run file')
    .first()
    .setInputFiles({ name: 'run.npz', mimeType: 'application/octet-stream', buffer: run });
  await expect.poll(() => stateOf(0)).toBe('imported');
  expect(await stateOf(1)).not.toBe('imported');
  expect(guest.errors).toEqual([]);
});
