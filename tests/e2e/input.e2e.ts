import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { foreign, visit, type Visit } from '../support/visit';
import { choosePicture, pieces, settled, typeCaption } from './page';

const site = inject('site');
let guest: Visit;
const about = () => guest.page.locator('section.input .about').innerText();
const alarm = () => guest.page.locator('section.input [role="alert"]').allInnerTexts();
const first = () => guest.page.locator('article.panel').first().locator('header').innerText();

beforeAll(async () => {
  guest = await visit(site);
  await settled(guest.page);
});

afterAll(async () => {
  expect(guest.errors).toEqual([]);
  expect(foreign(guest.requests, site)).toEqual([]);
  await guest.close();
});

describe('a file that is no picture for the models is refused in one sentence, and the page goes on', () => {
  test.each([
    ['text.jpg', /^Expected a picture .*, got /],
    ['truncated.jpg', /^Expected a whole picture, got a JPEG that is cut short/],
    ['empty.jpg', /got an empty file \(0 bytes\)/],
    ['huge.png', /^Expected a picture of at most 64 megapixels .* 20,000 × 20,000 px/],
  ])('%s', async (name, sentence) => {
    await choosePicture(guest.page, 'plain.png');
    await expect.poll(alarm).toEqual([]);
    await choosePicture(guest.page, name);
    await expect.poll(alarm).toEqual([expect.stringMatching(sentence)]);
    await settled(guest.page);
  });
});

describe('a picture with a peculiarity is taken, and what was done to it is said', () => {
  test.each([
    ['animated.gif', /only the first of \d+ frames/],
    ['animated.webp', /only the first of \d+ frames/],
    ['rotated.jpg', /Turned upright/],
    ['alpha.png', /laid over white/],
    ['grey.jpg', /Greyscale/],
    ['cmyk.jpg', /CMYK/],
    ['script.svg', /nothing in it runs/],
  ])('%s', async (name, sentence) => {
    await choosePicture(guest.page, name);
    await expect.poll(about).toMatch(sentence);
    await settled(guest.page);
    expect(await alarm()).toEqual([]);
    expect(await guest.page.title()).toBe('VLPM Playground');
  });
});

describe('any caption is text', () => {
  test('none', async () => {
    await typeCaption(guest.page, '');
    await expect.poll(first).toContain('Type a caption');
  });

  test('5,000 words: where each model stops reading is said', async () => {
    await typeCaption(guest.page, 'a red dog '.repeat(1667));
    await expect.poll(first).toMatch(/Reads only up to “… .*”; the rest does not fit/);
    await settled(guest.page);
  });

  test.each([
    ['markup', '<img src=x onerror="document.title=1">', '<'],
    ['emoji', 'a 🐶 dog', 'dog'],
    ['right-to-left text', 'כלב dog', 'dog'],
  ])('%s', async (_, caption, piece) => {
    await typeCaption(guest.page, caption);
    await expect.poll(() => pieces(guest.page)).toContain(piece);
    await settled(guest.page);
    expect(await guest.page.locator('img[src="x"]').count()).toBe(0);
    expect(await guest.page.title()).toBe('VLPM Playground');
  });
});

test('a missing gallery is told where the visitor looks, and a picture of their own still shows', async () => {
  const other = await visit(site, {}, async (page) => {
    await page.route('**/samples/index.json', (route) => route.abort());
  });
  const pane = other.page.getByRole('region', { name: 'Input' });
  await expect.poll(() => pane.getByRole('alert').innerText()).toContain('samples/index.json');
  await choosePicture(other.page, 'plain.png');
  await pane.getByRole('button', { name: /^Picture: plain\.png, 60 × 40 px/ }).waitFor();
  await other.close();
});
