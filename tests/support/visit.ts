import { chromium, type Browser, type BrowserContextOptions, type Page, type Request } from 'playwright';
import { browserArguments, browserPath } from './browser';

/** How a visitor comes: window in px, colours, and whether WebGPU (a software adapter) is there. */
export interface Manner {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  gpu?: boolean;
  /** Whether the page may have its service worker, which keeps the site in the background; only some tests are about it. */
  kept?: boolean;
  /** Anything else that Playwright can set up: reduced motion, offline, touch. */
  options?: BrowserContextOptions;
}

/** A page open in Chromium, with what it asked for and what it complained of. */
export interface Visit {
  page: Page;
  requests: Request[];
  /** Console errors and uncaught exceptions, in order. */
  errors: string[];
  close: () => Promise<void>;
}

/** Starts a Chromium with `browserArguments`. @param without arguments that Playwright would give it */
export const startBrowser = (gpu = false, tiers = false, without: string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath(),
    args: browserArguments(gpu, tiers),
    ignoreDefaultArgs: without,
  });

/** The Chromium of all visits that want nothing particular of it; it ends with the tests' process. */
let common: Promise<Browser> | null = null;

/** A visitor's context keeps to itself what it stores, but one that ends the whole browser would end it for all: those with `gpu` have their own. */
async function browserFor(gpu: boolean): Promise<Browser> {
  if (gpu) return startBrowser(true);
  common ??= startBrowser();
  const browser = await common;
  if (browser.isConnected()) return browser;
  common = null;
  return browserFor(gpu);
}

/** Opens `address` as a new visitor: nothing stored, nothing cached. `before` may prepare the page before it loads. */
export async function visit(
  address: string,
  manner: Manner = {},
  before: (page: Page) => Promise<unknown> | void = () => {},
): Promise<Visit> {
  const { width = 1440, height = 900, colorScheme = 'light', gpu = false, kept = false, options } = manner;
  const browser = await browserFor(gpu);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    serviceWorkers: kept ? 'allow' : 'block',
    ...options,
  });
  context.setDefaultTimeout(gpu ? 240_000 : 90_000);
  const page = await context.newPage();
  const requests: Request[] = [];
  const errors: string[] = [];
  context.on('request', (request) => requests.push(request));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await before(page);
  await page.goto(address);
  return { page, requests, errors, close: () => (gpu ? browser.close() : context.close()) };
}

/** Requests to an origin other than `address`'s; `blob:` and `data:` never leave the page. */
export function foreign(requests: readonly Request[], address: string): string[] {
  const own = new URL(address).origin;
  return requests
    .map((request) => request.url())
    .filter((url) => !/^(blob|data):/.test(url) && new URL(url).origin !== own);
}
