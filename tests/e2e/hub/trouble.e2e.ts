import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { startHub, type LocalHub } from '../../support/hub/server';
import { startHubSite } from '../../support/hub/site';
import { startBrowser } from '../../support/visit';

const id = 'some/clip';
const size = 3_000_000;
const weights = new Uint8Array(size).map((_, i) => (i * 7919) >>> 5);
let hub: LocalHub;
let site: Awaited<ReturnType<typeof startHubSite>>;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const config = { model_type: 'clip', architectures: ['CLIPModel'] };
  const files = new Map([
    ['config.json', new TextEncoder().encode(JSON.stringify(config))],
    ['model.safetensors', weights],
  ]);
  hub = await startHub({ [id]: { files, config } });
  site = await startHubSite(inject('built'), hub);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.close();
  await hub.close();
});

beforeEach(async () => {
  hub.pace = Infinity;
  hub.troubles.clear();
  await context?.close();
  context = await browser.newContext({ serviceWorkers: 'block' });
  context.setDefaultTimeout(30_000);
  page = await open();
});

async function open(): Promise<Page> {
  const one = await context.newPage();
  await one.goto(`${site.address}hub.html#${id}`);
  await one.getByRole('button', { name: 'Look it up' }).click();
  await one.getByRole('button', { name: /^(Fetch|Go on:)/ }).waitFor();
  return one;
}

const start = (from: Page) => from.getByRole('button', { name: /^Fetch 3\.0 MB/ }).click();
const whole = () => page.getByRole('button', { name: 'Open in the playground' }).waitFor();

/** What lies in the browser's file system. */
const held = () =>
  page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('checkpoints');
    const found: string[] = [];
    for await (const handle of root.values())
      if (handle.kind === 'directory')
        for await (const [name, file] of handle.entries())
          found.push(
            `${name} ${name === 'journal.json' ? '' : (await (file as FileSystemFileHandle).getFile()).size}`,
          );
    return found.toSorted();
  });

test('bytes that are not those of the listed hash are refused and deleted, and can be fetched again', async () => {
  const other = weights.slice();
  other[1_234_567] ^= 1;
  hub.troubles.set('model.safetensors', [{ bytes: other }]);
  await start(page);
  await expect
    .poll(() => page.getByRole('alert').innerText())
    .toMatch(
      /^model\.safetensors: expected the content that the Hub lists \([0-9a-f]{12}…\), got another: .+ deleted\./,
    );
  expect((await held()).filter((name) => name.startsWith('model'))).toEqual([]);
  await page.getByRole('button', { name: /^Go on: / }).click();
  await whole();
  expect(await held()).toContain(`model.safetensors ${size}`);
});

test('a web page in place of the model is said to be one', async () => {
  hub.troubles.set('model.safetensors', [{ page: true }]);
  await start(page);
  await expect.poll(() => page.getByRole('alert').innerText()).toContain('expected a file, got a web page');
});

test('a Hub that asks to wait is waited for, in sight', async () => {
  hub.troubles.set('model.safetensors', [{ status: 429, headers: { 'Retry-After': '2' } }]);
  await start(page);
  await page.getByText('the Hub asks to wait; asking again in').waitFor();
  await whole();
});

test('a connection that breaks on its way costs nothing that was there', async () => {
  // Slowly, or what was sent is lost with the connection.
  hub.pace = size;
  hub.troubles.set('model.safetensors', [{ cut: 1_000_000 }, { cut: 1_000_000 }]);
  hub.asked.length = 0;
  await start(page);
  await whole();
  const ranges = hub.asked
    .filter(({ port }) => port === 'store')
    .map(({ range }) => Number(range?.slice(6, -1)));
  expect(ranges).toHaveLength(3);
  expect(ranges[0]).toBe(0);
  expect(ranges[2]).toBeGreaterThan(ranges[1]);
});

test('a second tab is told that the first is fetching it', async () => {
  hub.pace = size / 4;
  await start(page);
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  const second = await open();
  await second.getByRole('button', { name: /^(Fetch|Go on:)/ }).click();
  await expect
    .poll(() => second.getByRole('alert').innerText())
    .toBe(`${id} is being fetched in another tab of this browser.`);
  await whole();
});

test('cancelling deletes what came', async () => {
  hub.pace = size / 4;
  await start(page);
  await expect.poll(held).not.toEqual([]);
  await page.getByRole('button', { name: 'Cancel and delete' }).click();
  await page.getByRole('button', { name: /^Fetch/ }).waitFor();
  expect(await held()).toEqual([]);
});

test('the browser refuses what neither page’s policy names', async () => {
  const refused = (address: string) =>
    page.evaluate(
      (to) =>
        fetch(to).then(
          () => 'answered',
          () => 'refused',
        ),
      address,
    );
  expect(await refused(`${hub.hub}/api/models/${id}/revision/main`)).toBe('answered');
  expect(await refused(site.address.replace('127.0.0.1', 'localhost'))).toBe('refused');
  await page.goto(site.address);
  expect(await refused(`${hub.hub}/api/models/${id}/revision/main`)).toBe('refused');
});
