import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { visit, type Visit } from '../support/visit';
import { choosePicture, openTab, settled, typeCaption } from './page';

const site = inject('site');

const scores = (page: Page) => page.locator('article.panel header dd').allInnerTexts();
const chosen = (page: Page) =>
  page.locator('article.panel [data-token][aria-pressed="true"] bdi').allTextContents();

test('before a model has arrived, a recorded run shows and says so, and waits for one script alone', async () => {
  const others = /\/assets\/(?!page-)[^/]+\.js$/;
  const guest = await visit(site, {}, async (page) => {
    for (const what of ['**/model.onnx', others]) await page.route(what, () => {});
  });
  await guest.page.locator('[data-picture="drawn"]').first().waitFor();
  await expect
    .poll(() => guest.page.locator('article.panel .state').allInnerTexts())
    .toEqual(['recorded', 'recorded']);
  expect((await scores(guest.page)).filter((score) => score === '–')).toEqual([]);
  await expect.poll(() => guest.requests.some((request) => others.test(request.url()))).toBe(true);
  await guest.close();
});

test('a visitor tries a picture and a caption of their own on both models', async () => {
  const guest = await visit(site);
  const { page } = guest;
  await settled(page);
  const first = await scores(page);
  await choosePicture(page, 'plain.jpg');
  await typeCaption(page, 'a red square and a dog');
  await settled(page);
  expect(await scores(page)).not.toEqual(first);

  await page.locator('[data-token]', { hasText: 'dog' }).first().click();
  expect(await chosen(page)).toEqual(['dog', 'dog']);
  expect(await page.locator('article.panel').allInnerTexts()).toEqual([
    expect.stringContaining('text queries → image keys'),
    expect.stringContaining('text queries → image keys'),
  ]);

  await openTab(page, 'Guess');
  await page.keyboard.press('m');
  await expect.poll(() => page.getByRole('tabpanel').locator('ol li').count()).toBe(10);
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('a link restores the words, the selection and the head', async () => {
  const guest = await visit(site);
  const { page } = guest;
  await settled(page);
  await typeCaption(page, 'a dog beside a tree');
  await settled(page);
  await page.locator('[data-token]', { hasText: 'tree' }).first().click();
  await expect.poll(() => chosen(page)).toEqual(['tree', 'tree']);
  await expect.poll(() => page.url()).toMatch(/tree.*word=4/);
  const link = page.url();
  await guest.close();

  const other = await visit(link);
  await settled(other.page);
  expect(await other.page.getByLabel(/^Caption/).inputValue()).toBe('a dog beside a tree');
  expect(await chosen(other.page)).toEqual(['tree', 'tree']);
  expect(other.page.url()).toBe(link);
  await other.close();
});

describe('nothing sticks out sideways', () => {
  let guest: Visit;
  beforeAll(async () => {
    guest = await visit(site);
    await settled(guest.page);
  });
  afterAll(() => guest.close());

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1024, 'light'],
    [1440, 'dark'],
  ] as const)('at %i px, %s', async (width, colorScheme) => {
    const { page } = guest;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    for (const tab of [0, 1]) {
      if (width < 760) await page.locator('nav[aria-label="Model that shows"] button').nth(tab).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    expect(guest.errors).toEqual([]);
  });
});
