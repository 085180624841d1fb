import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { visit } from '../../support/visit';
import { chooseModel, choosePicture, openTab, settled } from '../page';

const site = inject('site');

/** From here on the page's server answers nothing for its code, or again. @returns the switch */
async function cut(page: Page): Promise<(isOff: boolean) => void> {
  let off = true;
  await page.context().route('**/assets/**', (route) => (off ? route.abort() : route.continue()));
  return (isOff) => (off = isOff);
}

const alerts = (page: Page) => page.getByRole('alert').allInnerTexts();
const notices = (page: Page) => page.locator('[role=status] p.notice > span').allInnerTexts();
const missing = 'This part of the page could not be fetched.';
const said = /^Part of this page could not be fetched\./;
/** What the browser itself writes of a request that failed. */
const own = /^Failed to load resource/;

test('a part of the page that does not come says so where it was asked for, and comes as it should look when it is asked for again', async () => {
  const guest = await visit(`${site}#sample=composed-1&model=zoo/vilt-mini`);
  const { page } = guest;
  await settled(page, 1);
  const setOff = await cut(page);

  await page.getByRole('button', { name: 'Help' }).click();
  await expect.poll(() => alerts(page)).toEqual([missing]);
  setOff(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  const term = page.locator('dialog dt').first();
  expect(await term.evaluate((element) => getComputedStyle(element).fontWeight)).toBe('600');
  expect(await alerts(page)).toEqual([]);
  await page.keyboard.press('Escape');

  setOff(true);
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await expect.poll(() => alerts(page)).toEqual([missing]);
  await page.getByRole('button', { name: /^Model of panel 1/ }).click();
  await expect.poll(() => alerts(page)).toContainEqual(expect.stringContaining('list of models'));
  await page.keyboard.press('Escape');
  await choosePicture(page, 'plain.jpg');
  await expect.poll(() => alerts(page)).toContainEqual(expect.stringMatching(said));
  await page.getByRole('button', { name: 'Save PNG' }).click();
  await expect.poll(() => notices(page)).toEqual([expect.stringMatching(said)]);
  expect(guest.errors.filter((error) => !own.test(error))).toEqual([]);

  setOff(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await openTab(page, 'Matrix');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save PNG' }).click();
  expect((await saving).suggestedFilename()).toMatch(/\.png$/);
  await choosePicture(page, 'plain.jpg');
  await chooseModel(page, 0, /^CLIP-mini/);
  await settled(page, 1);
  expect(await alerts(page)).toEqual([]);
  await guest.close();
});

test('a part of the engine that does not come says so, and comes on Retry: its worker, an adapter, the runtime', async () => {
  const parts = [/\/engine\.worker-/, /\/single-/, /\/ort[^/]*\.mjs$/, /\/ort[^/]*\.wasm$/];
  let at = 0;
  const guest = await visit(`${site}#sample=composed-1&model=zoo/vilt-mini`, {}, (page) =>
    page
      .context()
      .route('**/assets/**', (route) =>
        parts[at]?.test(route.request().url()) ? route.abort() : route.continue(),
      ),
  );
  const { page } = guest;
  const retry = page.getByRole('button', { name: 'Retry' });
  const heard: string[] = [];
  for (; at < parts.length; at++) {
    if (at > 0) await retry.click();
    await expect.poll(() => page.locator('article.panel').getAttribute('aria-busy')).toBe('false');
    await retry.waitFor();
    heard.push(...(await alerts(page)));
  }
  await retry.click();
  await settled(page, 1);
  expect(heard[0]).toMatch(/^The worker could not be started: its script did not load\./);
  expect(heard.slice(1)).toEqual(parts.slice(1).map(() => expect.stringMatching(said) as string));
  await guest.close();
});
