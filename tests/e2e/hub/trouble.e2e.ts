import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { startHub, type LocalHub } from '../../support/hub/server';
import { startHubSite } from '../../support/hub/site';
import { startBrowser } from '../../support/visit';
import { hubBytes, tinyTokenizer } from '../../runtime/own/ownfiles';
import { settled } from '../page';
import { offOf } from './off';

const id = 'some/clip';
const onnx = 'some/clip-ONNX';
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
  const text = (value: string) => new TextEncoder().encode(value);
  const exported = new Map<string, Uint8Array>([
    ['config.json', text(JSON.stringify(config))],
    ['tokenizer.json', text(tinyTokenizer())],
    ['preprocessor_config.json', text('{"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"resample":3}')],
    ['onnx/model.onnx', hubBytes('clip')],
  ]);
  hub = await startHub({ [id]: { files, config }, [onnx]: { files: exported, config, licence: 'mit' } });
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

test('a disk that is full in mid-download is said to be, and what came stays and is gone on with', async () => {
  const quota = await context.newCDPSession(page);
  const { origin } = new URL(site.address);
  hub.pace = size;
  await quota.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_500_000 });
  await start(page);
  await expect
    .poll(() => page.getByRole('alert').innerText(), { timeout: 20_000 })
    .toMatch(
      /^The browser has no more room for model\.safetensors: \d of 3 MB are here\. Make room, and go on\.$/,
    );
  expect(await page.getByRole('button', { name: 'Open in the playground' }).count()).toBe(0);
  await quota.send('Storage.overrideQuotaForOrigin', { origin });
  await page.getByRole('button', { name: /^Go on: / }).click();
  await whole();
  expect(await held()).toContain(`model.safetensors ${size}`);
});

test('a repository with an onnx folder is fetched in the form chosen, opens as any export does, and a head of it is switched off', async () => {
  await page.goto(`${site.address}hub.html#${onnx}`);
  await page.getByRole('button', { name: 'Look it up' }).click();
  await page.getByRole('button', { name: /^Fetch/ }).click();
  await page.getByRole('button', { name: 'Open in the playground' }).click();
  const sheet = page.getByRole('dialog', { name: 'A model of your own' });
  await expect.poll(() => sheet.innerText(), { timeout: 30_000 }).toContain(`${onnx} on the Hub`);
  await sheet.getByRole('button', { name: 'Open left' }).click();
  await sheet.waitFor({ state: 'hidden' });
  await settled(page);
  expect(await page.getByRole('button', { name: /^Model of panel 1/ }).innerText()).toContain(onnx);
  await offOf(page);
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
