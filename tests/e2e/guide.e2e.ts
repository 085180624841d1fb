import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { settled, typeCaption } from './page';

const site = inject('site');
let guest: Visit;

const guide = () => guest.page.getByRole('region', { name: 'Guide' });
const press = (name: RegExp) => guide().getByRole('button', { name }).click();
const panel = (place: number) => guest.page.locator('article.panel').nth(place);
const title = () => guide().getByRole('heading').innerText();

/** What of the guide and of the panel that it speaks of is not wholly in the window; and whether the page was scrolled. */
const outOfSight = (place: number) =>
  guest.page.evaluate((place) => {
    const article = document.querySelectorAll('article.panel')[place];
    const parts = {
      guide: document.querySelector('[aria-label="Guide"]'),
      next: document.querySelector('[aria-label="Guide"] button'),
      word: document.querySelector('[data-word][aria-pressed="true"]'),
      verdict: article.querySelector('[data-view="verdict"]'),
      score: article.querySelector('header dl'),
      direction: article.querySelector('[data-view="direction"]'),
      overlay: article.querySelector('[data-view="overlay"] canvas'),
      atlas: article.querySelector('[data-view="atlas"]'),
    };
    const out = Object.entries(parts).filter(([, part]) => {
      const { top, bottom, left, right } = part?.getBoundingClientRect() ?? new DOMRect(0, -1);
      return top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
    });
    return [...out.map(([name]) => name), ...(scrollY ? [`scrolled by ${scrollY}`] : [])];
  }, place);

beforeAll(async () => {
  guest = await visit(site);
  await guest.page.setViewportSize({ width: 1024, height: 768 });
  await settled(guest.page);
  await typeCaption(guest.page, 'a caption of my own');
  await settled(guest.page);
});

afterAll(() => guest.close());

test('four steps follow one word through three kinds of model, on one screen of 1024 by 768', async () => {
  await guest.page.getByRole('button', { name: 'Guide', exact: true }).click();
  await expect.poll(title).toMatch(/1 of 4\s*One stream/);
  await settled(guest.page);
  expect(await guest.page.getByLabel(/^Caption/).inputValue()).toContain('dog');
  expect(await panel(0).innerText()).toContain('“dog” as query');
  expect(await guest.page.evaluate(() => [innerWidth, innerHeight])).toEqual([1024, 768]);
  expect(await outOfSight(0)).toEqual([]);

  await press(/Next/);
  await expect.poll(title).toMatch(/2 of 4\s*Two streams/);
  await settled(guest.page);
  await expect
    .poll(() => panel(1).innerText())
    .toMatch(/METER-mini[^]*“dog” as query: text queries → image keys/);
  expect(await outOfSight(1)).toEqual([]);

  await press(/Next/);
  await expect.poll(title).toMatch(/3 of 4\s*Two encoders/);
  await expect.poll(() => panel(1).innerText()).toContain('CLIP-mini');
  await settled(guest.page);
  expect(await outOfSight(1)).toEqual([]);

  await press(/Next/);
  await expect.poll(title).toMatch(/4 of 4\s*Is it why/);
  await settled(guest.page);
  await expect.poll(() => panel(1).innerText()).toMatch(/1 head off/);
  expect(await outOfSight(1)).toEqual([]);
});

test('it is taken up where it was left, and what was there before comes back', async () => {
  await press(/Close/);
  expect(await guide().count()).toBe(0);
  await guest.page.getByRole('button', { name: 'Guide', exact: true }).click();
  await expect.poll(title).toMatch(/4 of 4/);
  await press(/Before/);
  await expect.poll(title).toMatch(/3 of 4/);
  await guest.page.reload();
  await settled(guest.page);
  await guest.page.getByRole('button', { name: 'Guide', exact: true }).click();
  await expect.poll(title).toMatch(/3 of 4/);
  await press(/Close/);
  await typeCaption(guest.page, 'a tree');
  await settled(guest.page);
  await guest.page.getByRole('button', { name: 'Guide', exact: true }).click();
  await press(/Back to what I had/);
  await expect.poll(() => guest.page.getByLabel(/^Caption/).inputValue()).toBe('a tree');
});
