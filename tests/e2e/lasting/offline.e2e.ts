import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { browserArguments, browserPath } from '../../support/browser';
import { startHost, type Host } from '../../support/host';
import { visit } from '../../support/visit';
import { chooseModel, settled, typeCaption } from '../page';

const single = '#sample=composed-1&model=zoo/clip-mini';

/** One host without headers, in a subfolder, and one visitor whose browser is closed and opened again. */
let host: Host;
let profile: string;
let context: BrowserContext;

async function openBrowser(): Promise<Page> {
  context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    args: browserArguments(false),
    viewport: { width: 1440, height: 900 },
  });
  context.setDefaultTimeout(90_000);
  return context.newPage();
}

const badge = (page: Page) => page.getByRole('button', { name: /^WebAssembly/ });
const says = async (page: Page) => page.getByText(/works offline now \(\d+ MB kept here\)/).count();

beforeAll(async () => {
  host = await startHost(inject('built'), { path: '/some/where/' });
  profile = await mkdtemp(join(tmpdir(), 'vlpm-profile-'));
});

afterAll(async () => {
  await context.close();
  await host.stop();
  await rm(profile, { recursive: true, force: true });
});

test('a host without headers gets an isolated page with threads, by one reload before anything is drawn', async () => {
  const page = await openBrowser();
  const opened: boolean[] = [];
  page.on('domcontentloaded', () => opened.push(true));
  await page.goto(`${host.address}${single}`);
  await settled(page, 1);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(opened).toHaveLength(2);
  await badge(page).click();
  await expect.poll(() => page.locator('dd').allInnerTexts()).toContain('yes: WebAssembly may use threads');
  await page.reload();
  await settled(page, 1);
  expect(opened).toHaveLength(3);
});

test('the page says when it works offline, and keeps no bytes twice', async () => {
  const page = context.pages().at(-1)!;
  await badge(page).click();
  await expect.poll(() => says(page), { timeout: 90_000 }).toBe(1);
  const kept = await page.evaluate(async () => {
    const sizes: Record<string, number> = {};
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const key of await cache.keys())
        sizes[`${name} ${key.url}`] = (await (await cache.match(key))!.arrayBuffer()).byteLength;
    }
    return sizes;
  });
  const large = Object.entries(kept).filter(([, bytes]) => bytes > 1e5);
  expect(large.every(([key]) => /^models-1 .*\/sha256\/[0-9a-f]{64}$/.test(key))).toBe(true);
});

test('without a network, after the browser was closed, everything that ships works', async () => {
  await context.close();
  await host.stop();
  const page = await openBrowser();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(host.address);
  await settled(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await typeCaption(page, 'a dog beside a tree');
  await settled(page);
  await chooseModel(page, 1, /^CLIP-mini/);
  await settled(page);
  await page.getByRole('button', { name: /^Help/ }).click();
  await expect.poll(() => page.getByRole('dialog').count()).toBeGreaterThan(0);
  expect(errors).toEqual([]);
  await host.start();
});

test('where the browser never answers for the service worker the page opens all the same, without threads', async () => {
  const never = () =>
    Object.assign(navigator.serviceWorker, { register: () => new Promise<never>(() => {}) });
  const guest = await visit(`${host.address}${single}`, { kept: true }, (page) => page.addInitScript(never));
  await settled(guest.page, 1);
  expect(await guest.page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(guest.errors).toEqual([]);
  await guest.close();
});
