import { expect, inject, test } from 'vitest';
import { foreign, visit } from '../support/visit';
import { choosePicture, openTab, pieces, settled, typeCaption } from './page';

const site = inject('site');

test('the built page has a content security policy without a foreign origin', async () => {
  const guest = await visit(site);
  const meta = guest.page.locator('meta[http-equiv="Content-Security-Policy"]');
  const policy = (await meta.getAttribute('content')) ?? '';
  await guest.close();
  const sources = policy.split(';').flatMap((directive) => directive.trim().split(/\s+/).slice(1));
  const local = ["'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", 'blob:', 'data:'];
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
  expect(sources.filter((source) => !local.includes(source))).toEqual([]);
});

test('a script of another origin is refused by the page', async () => {
  const guest = await visit(site);
  await guest.page.evaluate(() => {
    const script = document.createElement('script');
    script.src = 'https://elsewhere.invalid/x.js';
    document.body.append(script);
  });
  await expect.poll(() => guest.errors.join('\n')).toContain('Content Security Policy');
  await guest.close();
});

test('a full visit asks no other origin for anything', async () => {
  const guest = await visit(site);
  const { page } = guest;
  await settled(page);
  await typeCaption(page, 'a red dog');
  await settled(page);
  await choosePicture(page, 'plain.jpg');
  await settled(page);
  await page.locator('[data-token]', { hasText: 'dog' }).first().click();
  await openTab(page, 'Guess');
  await page.keyboard.press('m');
  await page.getByRole('tabpanel').locator('ol li').first().waitFor();
  await page.waitForLoadState('networkidle');
  expect(guest.requests.some((request) => request.url().endsWith('model.onnx'))).toBe(true);
  expect(foreign(guest.requests, site)).toEqual([]);
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('captions are read before any model has arrived, and nothing is asked for elsewhere', async () => {
  const guest = await visit(site, {}, (page) => page.route('**/model.onnx', () => {}));
  await expect.poll(() => pieces(guest.page)).not.toEqual([]);
  await typeCaption(guest.page, 'a horse on the moon');
  await expect.poll(() => pieces(guest.page)).toContain('horse');
  expect(foreign(guest.requests, site)).toEqual([]);
  expect(guest.errors).toEqual([]);
  await guest.close();
});
