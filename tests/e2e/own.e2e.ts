import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { choosePicture, settled, typeCaption } from './page';

const site = inject('site');
let guest: Visit;

const pictured = () => guest.page.getByRole('button', { name: /^Picture:/ }).getAttribute('aria-label');

/** A transfer that holds a picture of 64 × 32 px, as a drop and a paste bring one. */
const transfer = () =>
  guest.page.evaluateHandle(async () => {
    const canvas = new OffscreenCanvas(64, 32);
    canvas.getContext('2d')?.fillRect(0, 0, 64, 32);
    const carried = new DataTransfer();
    carried.items.add(new File([await canvas.convertToBlob()], 'mine.png', { type: 'image/png' }));
    return carried;
  });

beforeAll(async () => {
  guest = await visit(site);
  await settled(guest.page);
});

afterAll(() => guest.close());

test('a picture may be dropped on any place of the page', async () => {
  const dataTransfer = await transfer();
  await guest.page.dispatchEvent('article.panel', 'dragenter', { dataTransfer });
  await expect.poll(() => guest.page.textContent('body')).toContain('It stays on this machine');
  await guest.page.dispatchEvent('article.panel', 'drop', { dataTransfer });
  await expect.poll(pictured).toMatch(/^Picture: mine\.png, 64 × 32 px/);
  await settled(guest.page);
});

test('a picture may be pasted', async () => {
  await choosePicture(guest.page, 'plain.png');
  await expect.poll(pictured).toContain('60 × 40 px');
  const clipboardData = await transfer();
  await guest.page.evaluate(
    (data) =>
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })),
    clipboardData,
  );
  await expect.poll(pictured).toContain('64 × 32 px');
  await settled(guest.page);
});

test('the part that the models see is moved and zoomed, and the maps follow', async () => {
  await guest.page.getByRole('button', { name: /^Picture:/ }).click();
  const crop = guest.page.getByRole('application');
  await crop.press('+');
  await crop.press('ArrowRight');
  await settled(guest.page);
  await expect
    .poll(() => guest.page.getByRole('dialog', { name: 'Picture' }).locator('output').innerText())
    .toBe('1.1 ×');
  await guest.page.keyboard.press('Escape');
});

test('words that the model was never trained on are marked', async () => {
  await typeCaption(guest.page, 'a dog beside a xylophone');
  await settled(guest.page);
  const marked = guest.page.locator('article.panel').first().locator('[data-token].unknown bdi');
  expect((await marked.allTextContents()).join('')).toBe('xylophone');
});

test('a caption that is emptied asks for one and keeps the picture', async () => {
  await typeCaption(guest.page, '');
  await expect
    .poll(() => guest.page.locator('article.panel').first().innerText())
    .toContain('Type a caption');
  expect(await guest.page.locator('article.panel canvas[data-picture]').count()).toBe(2);
  expect(guest.errors).toEqual([]);
});
