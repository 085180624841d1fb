import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Browser, BrowserContext, Page, Request } from 'playwright';
import { checkpoint } from '../../runtime/folders';
import type { Host } from '../../support/host';
import { commit, startHub, type LocalHub } from '../../support/hub/server';
import { startHubSite } from '../../support/hub/site';
import { startBrowser } from '../../support/visit';
import { offOf } from './off';
import { choosePicture, settled, typeCaption } from '../page';

const id = 'dandelin/vilt-b32-finetuned-vqa';
const secret = 'zebra crossing in my street';
let hub: LocalHub;
let site: Host & { close: () => Promise<void> };
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Bytes of the weights, and of all files that are fetched. */
let [size, total] = [0, 0];
const requests: { request: Request; by: string }[] = [];
const errors: string[] = [];

beforeAll(async () => {
  const files = await checkpoint('vilt-answers');
  const bytes = new Map(
    await Promise.all(
      files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
    ),
  );
  size = bytes.get('model.safetensors')!.length;
  total = [...bytes.values()].reduce((sum, { length }) => sum + length, 0);
  const config = JSON.parse(new TextDecoder().decode(bytes.get('config.json'))) as unknown;
  hub = await startHub({
    [id]: { files: bytes, licence: 'apache-2.0', config },
    'some/gated': { files: bytes, gated: true, config },
    'some/huge': { files: bytes, config, claims: { 'model.safetensors': 20e9 } },
  });
  site = await startHubSite(inject('built'), hub);
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(60_000);
  context.on('request', (request) => requests.push({ request, by: askerOf(request) }));
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
});

afterAll(async () => {
  await browser.close();
  await site.close();
  await hub.close();
});

/** Path of the document that asks, at the time when it does; empty for service workers. */
function askerOf(request: Request): string {
  try {
    return new URL(request.frame().url()).pathname;
  } catch {
    return '';
  }
}

const files = () => hub.asked.filter(({ path }) => !path.startsWith('/api/'));
/** Questions for the weights at their own address, each of which leads to the other origin. */
const weights = () =>
  files().filter(({ port, path }) => port === 'hub' && path.endsWith('/model.safetensors'));
const alert = () => page.getByRole('alert').innerText();

async function lookUp(text: string): Promise<void> {
  await page.getByLabel(/^Model/).fill(text);
  await page.getByRole('button', { name: 'Look it up' }).click();
}

test('a published model stands in the picker with its size, and leads to the page that reads the Hub', async () => {
  await page.goto(site.address);
  await settled(page);
  await choosePicture(page, 'plain.jpg');
  await typeCaption(page, secret);
  await settled(page);
  await page.getByRole('button', { name: /^Model of panel 1/ }).click();
  const picker = page.getByRole('dialog', { name: 'Choose the model of panel 1' });
  await expect.poll(() => picker.locator('a[data-model]').count()).toBeGreaterThanOrEqual(16);
  await picker.getByRole('link', { name: /^ViLT-B\/32 VQA ~470 MB/ }).click();
  await page.getByRole('heading', { name: 'Models from the Hub' }).waitFor();
  expect(await page.getByLabel(/^Model/).inputValue()).toBe(id);
  expect(hub.asked).toEqual([]);
});

test('size, licence, place and commit stand there before any file is asked for', async () => {
  await lookUp(`${hub.hub}/${id}/tree/main`);
  const card = page.getByRole('region', { name: id });
  const said = async () => (await card.innerText()).replaceAll(/\s+/g, ' ');
  await expect.poll(said).toMatch(/Opens|The page has no graph/);
  const says = await said();
  expect(says).toContain('apache-2.0');
  expect(says).toContain(`${hub.hub}/${id}, commit ${commit.slice(0, 12)}`);
  expect(says).toContain('Opens as ViLT (ViltForQuestionAnswering)');
  expect(says).toMatch(/Fetch \d+\.\d MB/);
  expect(files()).toEqual([]);
});

test.each([
  ['some/missing', /^The Hub has no public model some\/missing/],
  [
    'https://elsewhere.example/a/b',
    /^Expected an address of 127\.0\.0\.1:\d+, got one of elsewhere\.example\.$/,
  ],
])('%s is refused in a sentence', async (text, says) => {
  await lookUp(text);
  await expect.poll(alert).toMatch(says);
});

test.each([
  ['some/huge', /20\.0 GB are more than a browser can open/],
  ['some/gated', /ask for an agreement first/],
])('%s cannot be fetched, and the page says why', async (text, says) => {
  await lookUp(text);
  const card = page.getByRole('region', { name: text });
  await expect.poll(() => card.innerText()).toMatch(says);
  expect(await card.getByRole('button', { name: /^Fetch/ }).isDisabled()).toBe(true);
  expect(files()).toEqual([]);
});

test('a download is paused, and after a reload gone on with where it was, at the file’s own address', async () => {
  await lookUp(id);
  hub.pace = size / 4;
  await page.getByRole('button', { name: /^Fetch \d/ }).click();
  const bar = page.getByRole('progressbar', { name: 'Fetched' });
  const fetched = async () => Number(await bar.getAttribute('value').catch(() => 0));
  await expect.poll(fetched, { interval: 50 }).toBeGreaterThan(total - size + size / 3);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: /^Go on: / }).waitFor();
  await page.reload();
  const before = weights().length;
  hub.pace = Infinity;
  await page.getByRole('button', { name: `Go on with ${id}` }).click();
  await page.getByRole('button', { name: `Open ${id} in the playground` }).waitFor();
  const [last] = weights().slice(before);
  const from = Number(/^bytes=(\d+)-$/.exec(last.range ?? '')?.[1]);
  expect(from).toBeGreaterThan(size / 3);
  expect(from).toBeLessThan(size);
  expect(weights()).toHaveLength(before + 1);
  expect(files().at(-1)).toMatchObject({ port: 'store', range: last.range });
});

test('what was fetched lies in the browser’s file system byte for byte, and nowhere twice', async () => {
  const names = await page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('checkpoints');
    const found: Record<string, number> = {};
    for await (const [folder, handle] of root.entries())
      if (handle.kind === 'directory')
        for await (const [name, file] of handle.entries())
          found[`${folder}/${name}`] = (await (file as FileSystemFileHandle).getFile()).size;
    return found;
  });
  expect(names[`dandelin--vilt-b32-finetuned-vqa~${commit.slice(0, 12)}~safetensors/model.safetensors`]).toBe(
    size,
  );
});

test('without the Hub it opens in the playground as it was left, agrees with PyTorch, and its heads are there', async () => {
  await hub.close();
  await page.getByRole('button', { name: `Open ${id} in the playground` }).click();
  const sheet = page.getByRole('dialog', { name: 'A model of your own' });
  await sheet.getByRole('button', { name: 'Open left' }).waitFor();
  const source = `${id} on the Hub, commit ${commit.slice(0, 12)}, licence apache-2.0`;
  await expect.poll(() => sheet.innerText()).toContain(source);
  expect(await page.getByLabel(/^Caption/).inputValue()).toBe(secret);
  await sheet.getByRole('button', { name: 'Open left' }).click();
  await sheet.waitFor({ state: 'hidden' });
  await settled(page);
  expect(await page.getByRole('button', { name: /^Model of panel 1/ }).innerText()).toContain(id);
  const kept = await page.evaluate(async () => {
    const shelf = await caches.open('models-1');
    let most = 0;
    for (const key of await shelf.keys())
      if (!key.url.includes('/sha256/')) most = Math.max(most, (await (await shelf.match(key))!.blob()).size);
    return most;
  });
  expect(kept).toBeLessThan(size);
  // Two layers of four heads, and the mean of each layer.
  const cells = page.locator('article.panel').first().locator('[data-cell]:not(.empty)');
  await expect.poll(() => cells.count()).toBe(10);
  await page.getByRole('button', { name: /^WebAssembly/ }).click();
  const row = page.getByRole('row', { name: new RegExp(id) });
  await expect.poll(() => row.innerText()).toMatch(/agrees with PyTorch to/);
  await page.getByText(/works offline now/).waitFor();
  await page.keyboard.press('Escape');
});

test('a head of a fetched model is switched off, without a network too', async () => {
  await offOf(page);
  expect(errors).toEqual([]);
});

test('without any network, after a reload, it opens again', async () => {
  await site.stop();
  await page.reload();
  await settled(page);
  expect(await page.getByRole('button', { name: /^Model of panel 1/ }).innerText()).toContain(id);
  expect(errors).toEqual([]);
  await site.start();
});

test('neither page sends anything but questions for files, and no picture and no caption leaves', () => {
  const own = new URL(site.address).origin;
  expect([...new Set(requests.map(({ request }) => request.method()))]).toEqual(['GET']);
  expect(requests.filter(({ request }) => request.postDataBuffer() !== null)).toEqual([]);
  const away = requests
    .map(({ request, by }) => ({ url: request.url(), by }))
    .filter(({ url }) => !/^(blob|data):/.test(url) && new URL(url).origin !== own);
  expect(new Set(away.map(({ by }) => by))).toEqual(new Set(['/hub.html']));
  expect(new Set(away.map(({ url }) => new URL(url).origin))).toEqual(new Set([hub.hub, hub.store]));
  expect(hub.asked.filter(({ body, method }) => body > 0 || method !== 'GET')).toEqual([]);
  const sent = JSON.stringify(hub.asked);
  for (const word of ['zebra', encodeURIComponent(secret), 'plain.jpg', 'cookie', 'referer'])
    expect(sent).not.toContain(word);
  const asked = hub.asked.filter(({ port }) => port === 'hub').map(({ path }) => path.split('?')[0]);
  expect(
    asked.filter(
      (path) => !/^\/(api\/models\/[\w./-]+|[\w./-]+\/resolve\/[0-9a-f]{40}\/[\w.-]+)$/.test(path),
    ),
  ).toEqual([]);
});

test('it is listed with its size, and deleting it takes its bytes and its model', async () => {
  await page.getByRole('button', { name: 'Own model' }).click();
  await page.getByRole('button', { name: `Delete ${id}` }).click();
  await page.getByRole('button', { name: `Delete ${id}` }).waitFor({ state: 'detached' });
  const left = await page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('checkpoints');
    const names: string[] = [];
    for await (const name of root.keys()) names.push(name);
    const shelf = await caches.open('models-1');
    return [
      ...names,
      ...(await shelf.keys()).map(({ url }) => url).filter((url) => /\/(own|place)\//.test(url)),
    ];
  });
  expect(left).toEqual([]);
});
