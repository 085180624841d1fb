import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeServiceWorker } from '../../../vite/offline';
import { startHost, type Host } from '../../support/host';
import { startBrowser } from '../../support/visit';
import { settled } from '../page';

let host: Host;
let browser: Browser;
let context: BrowserContext;
let next: string;

/** A second version: another title, other words of the first sample, and the help under another name. */
async function makeNext(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-next-'));
  await cp(inject('built'), folder, { recursive: true });
  const change = async (path: string, from: string | RegExp, to: string) => {
    const text = await readFile(join(folder, path), 'utf8');
    const changed = text.replace(from, to);
    if (!path.endsWith('.js') && changed === text) throw new Error(`expected ${String(from)} in ${path}`);
    await writeFile(join(folder, path), changed);
  };
  await change('index.html', '<title>', '<title>Next ');
  const samples = JSON.parse(await readFile(join(folder, 'samples/index.json'), 'utf8')) as {
    caption: string;
  }[];
  await change('samples/index.json', samples[0].caption, 'another caption');
  const scripts = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'));
  const help = scripts.find((name) => name.startsWith('HelpText-'))!;
  for (const name of scripts) await change(join('assets', name), new RegExp(help, 'g'), 'HelpText-next.js');
  await rename(join(folder, 'assets', help), join(folder, 'assets/HelpText-next.js'));
  await writeServiceWorker(folder);
  return folder;
}

beforeAll(async () => {
  next = await makeNext();
  host = await startHost(inject('built'), { inflates: true });
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(90_000);
});

afterAll(async () => {
  await browser.close();
  await host.stop();
  await rm(next, { recursive: true, force: true });
});

const notice = (page: Page) => page.getByText(/A newer version of this page is here/);
const caption = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch('samples/index.json');
    return ((await answer.json()) as { caption: string }[])[0].caption;
  });

/** As `caption`, asked for by the engine's worker. */
const workersCaption = (page: Page) =>
  page.workers()[0].evaluate(async () => {
    const answer = await fetch('../samples/index.json');
    return ((await answer.json()) as { caption: string }[])[0].caption;
  });

async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${host.address}#sample=composed-1&model=zoo/clip-mini`);
  await settled(page, 1);
  return page;
}

async function keptWhole(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^WebAssembly/ }).click();
  await page.getByText(/works offline now/).waitFor();
  await page.keyboard.press('Escape');
}

test('a newer version waits for the visitor, and no tab gets files of another version than its own', async () => {
  const one = await open();
  await keptWhole(one);
  const before = await caption(one);
  host.deploy(next);
  const two = await open();
  expect([await two.title(), await caption(two)]).toEqual(['VLPM Playground', before]);
  await notice(two).waitFor();
  expect(await caption(one)).toBe(before);

  await two.getByRole('button', { name: 'Open it' }).click();
  await expect.poll(() => two.title()).toBe('Next VLPM Playground');
  await settled(two, 1);
  expect(await caption(two)).toBe('another caption');

  expect([await one.title(), await caption(one), await workersCaption(one)]).toEqual([
    'VLPM Playground',
    before,
    before,
  ]);
  await one.getByRole('button', { name: /^Help/ }).click();
  await expect.poll(() => one.getByRole('dialog').innerText()).toMatch(/.{200}/s);
  await one.keyboard.press('Escape');
  await one.reload();
  await settled(one, 1);
  expect([await one.title(), await caption(one)]).toEqual(['Next VLPM Playground', 'another caption']);
});

test('files of versions that nobody has open any more are let go of', async () => {
  const page = context.pages().at(-1)!;
  const versions = () =>
    page.evaluate(async () => {
      const records = await (await caches.open('site-1')).keys();
      return records.filter(({ url }) => url.includes('/version/')).length;
    });
  await keptWhole(page);
  await page.reload();
  await keptWhole(page);
  await expect.poll(versions).toBe(1);
  await host.stop();
  await page.reload();
  await settled(page, 1);
  expect(await page.title()).toBe('Next VLPM Playground');
  await host.start();
});
