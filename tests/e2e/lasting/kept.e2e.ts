import { readFileSync } from 'node:fs';
import { mkdtemp, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { browserArguments, browserPath } from '../../support/browser';
import { visit } from '../../support/visit';
import { choosePicture, settled, typeCaption } from '../page';

const site = inject('site');
/** The page with one model, which is all that what is kept has to do with; sessions and links have two. */
const single = `${site}#sample=composed-1&model=zoo/clip-mini`;
const caption = 'a red square and a dog';

const words = (page: Page) => page.getByLabel(/^Caption/).inputValue();
const hash = (page: Page) => new URL(page.url()).hash;
/** The address once it speaks of an own picture and of the models that met it, and rests: it follows what changes by 300 ms. */
async function addressed(page: Page): Promise<string> {
  await expect.poll(() => hash(page)).toMatch(/picture=[0-9a-f]{16}&caption=a\+red(?!.*unmet)/);
  let last = '';
  const rests = () => last === (last = page.url());
  await expect.poll(rests, { interval: 500 }).toBe(true);
  return last;
}
const own = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('article.panel canvas[data-picture]');
    return canvas?.dataset.picture ?? null;
  });
/** Gives the page a picture and a caption of the visitor's own, and waits until the browser has them. @returns the address */
async function give(page: Page, panels: number, picture = 'plain.jpg'): Promise<string> {
  await choosePicture(page, picture);
  await typeCaption(page, caption);
  await settled(page, panels);
  return addressed(page);
}

test('own picture and caption outlive reloads and leaving, right after the last change, and a crash of the tab', async () => {
  const guest = await visit(single);
  const { page } = guest;
  await give(page, 1);
  const day = `${caption} by day`;
  await typeCaption(page, day);
  await page.keyboard.press('F5');
  await page.reload();
  await settled(page, 1);
  expect([await words(page), await own(page)]).toEqual([day, 'drawn']);
  const before = await addressed(page);
  await page.reload();
  await settled(page, 1);
  expect([await words(page), page.url(), await own(page)]).toEqual([day, before, 'drawn']);

  const last = `${caption} at night`;
  await typeCaption(page, last);
  await page.goto(`${site}icon.svg`);
  await page.goBack();
  await settled(page, 1);
  expect([await words(page), await own(page)]).toEqual([last, 'drawn']);
  const address = await addressed(page);
  expect(address).toContain('at+night');

  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => {});
  await crashed;
  const again = await page.context().newPage();
  await again.goto(address);
  await settled(again, 1);
  expect([await words(again), again.url(), await own(again)]).toEqual([last, address, 'drawn']);
  await guest.close();
});

test('two tabs at once keep a picture each', async () => {
  const guest = await visit(single);
  const second = await guest.page.context().newPage();
  await second.goto(single);
  await Promise.all([give(guest.page, 1, 'plain.jpg'), give(second, 1, 'plain.png')]);
  const pictures = [guest.page, second].map((page) => /picture=([0-9a-f]+)/.exec(hash(page))?.[1]);
  expect(pictures[0]).not.toBe(pictures[1]);
  for (const page of [guest.page, second]) {
    const before = page.url();
    await page.reload();
    await settled(page, 1);
    expect([page.url(), await own(page)]).toEqual([before, 'drawn']);
  }
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('a link opened elsewhere says that it has no picture, shows no other, and takes it when it is given', async () => {
  const guest = await visit(site);
  const address = await give(guest.page, 2);
  await guest.close();

  const other = await visit(address);
  await other.page.getByText(/This link could not bring its picture/).waitFor();
  expect(await words(other.page)).toBe(caption);
  expect(await own(other.page)).not.toBe('drawn');
  await choosePicture(other.page, 'plain.jpg');
  await settled(other.page);
  await expect.poll(() => other.page.url()).toBe(address);
  await other.close();
});

test('a session file opens in another browser as it was saved, and again from a link; one that is damaged is one sentence', async () => {
  const guest = await visit(site);
  await give(guest.page, 2);
  const meter = guest.page.locator('article.panel').nth(1);
  const cells = meter.getByRole('gridcell', { name: /^text → image 1, head/ });
  await cells.nth(2).click();
  for (const at of [0, 3]) await cells.nth(at).click({ modifiers: ['Shift'] });
  await guest.page.locator('[data-word]', { hasText: 'square' }).click();
  await guest.page.keyboard.press('m');
  await guest.page.locator('[data-word]', { hasText: 'red' }).click({ modifiers: ['Shift'] });
  await guest.page.getByRole('group', { name: 'Part in attention' }).getByText('as key').click();
  await guest.page.getByRole('tab', { name: 'Save' }).click();
  const saving = guest.page.waitForEvent('download');
  await guest.page.getByRole('button', { name: 'Save session' }).click();
  const file = readFileSync(await (await saving).path());
  await expect
    .poll(() => hash(guest.page))
    .toMatch(/hide=2&word=2%2C1&role=key&.*&head=text.*1\.2&gather=1\.text.*&gather=1\.text.*tab=save/);
  const address = guest.page.url();
  await guest.close();

  const other = await visit(site);
  const { page } = other;
  await settled(page);
  const former = page.url();
  await page.getByRole('tab', { name: 'Save' }).click();
  const open = (name: string, buffer: Buffer) =>
    page.getByLabel('Session file').setInputFiles({ name, mimeType: 'application/zip', buffer });
  await open('<b>cut.zip', file.subarray(0, file.length - 40));
  await page.getByText('<b>cut.zip: The ZIP file ends early: it has no list of its members.').waitFor();
  await open('mine.zip', file);
  await expect.poll(() => words(page)).toBe(caption);
  await settled(page);
  await expect.poll(async () => [page.url(), await own(page)]).toEqual([address, 'drawn']);
  expect(await page.locator('.gathered[data-cell]').count()).toBe(2);

  const again = await page.context().newPage();
  await again.goto(address);
  await settled(again);
  expect([again.url(), await own(again), await words(again)]).toEqual([address, 'drawn', caption]);
  expect(await again.locator('[data-word][aria-pressed="true"] bdi').allInnerTexts()).toEqual([
    'red',
    'square',
  ]);
  expect(await again.getByText(/could not bring/).count()).toBe(0);
  await again.close();

  await page.goBack();
  await expect.poll(() => words(page)).not.toBe(caption);
  await settled(page);
  expect(new URL(page.url()).hash).toContain(/sample=[\w-]+/.exec(new URL(former).hash)?.[0]);
  expect(other.errors).toEqual([]);
  await other.close();
});

test('where the disk is full the page says so once and goes on', async () => {
  const guest = await visit(single);
  const { page } = guest;
  await settled(page, 1);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(site).origin, quotaSize: 1000 });
  await choosePicture(page, 'plain.jpg');
  await page.getByText(/no room left to keep your picture: save a session file/).waitFor();
  await typeCaption(page, caption);
  await settled(page, 1);
  expect(await own(page)).toBe('drawn');
  await guest.close();
});

test('what is cleared in mid-visit is kept anew when the page goes away', async () => {
  const guest = await visit(single);
  const { page } = guest;
  await give(page, 1);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(site).origin, storageTypes: 'all' });
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.getByText(/storage of this browser was cleared while the page was open/).waitFor();
  const address = page.url();
  await page.reload();
  await settled(page, 1);
  await expect.poll(async () => [page.url(), await own(page)]).toEqual([address, 'drawn']);
  await guest.close();
});

test('where the browser keeps nothing the page says so and works', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-profile-'));
  await mkdir(join(folder, 'Default'));
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(blocked));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: browserPath(),
    args: browserArguments(false),
  });
  const page = await context.newPage();
  await page.goto(single);
  await settled(page, 1);
  expect(await page.evaluate(() => indexedDB.open('a') && true).catch(() => 'refused')).toBeTruthy();
  await choosePicture(page, 'plain.jpg');
  await page.getByText(/This browser keeps nothing for this page/).waitFor();
  await typeCaption(page, caption);
  await settled(page, 1);
  expect(await own(page)).toBe('drawn');
  await context.close();
  await rm(folder, { recursive: true, force: true });
});
