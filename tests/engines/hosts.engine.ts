import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startHost, type Host } from '../support/host';
import { inPage, until, type Driver } from './driver';
import { engines } from './engines';
import { look, parts } from './parts';
import { perform, type Step } from './steps';

/** The host that gives least, as GitHub Pages: a subfolder, no headers of one's own, everything compressed and cached for ten minutes. */
const manners = {
  path: '/vlpm-playground/',
  compresses: true,
  headers: { 'Cache-Control': 'max-age=600', 'Access-Control-Allow-Origin': '*' },
};

/** Only where the site was built here. */
const built = inject('built');

const hash = '#sample=composed-1&model=zoo/clip-mini';

describe.skipIf(!built).each(engines())('%s', (_, start) => {
  let host: Host;
  let driver: Driver;
  beforeAll(async () => {
    host = await startHost(built, manners);
    driver = await start();
  });
  afterAll(async () => {
    await driver?.close();
    await host?.stop().catch(() => {});
  });
  const follow = async (...way: Step[]) => {
    for (const step of way) await perform(driver, step);
  };

  test('a host without headers gets a page with threads, which says when it works offline', async () => {
    await follow({ resize: [1440, 900] }, { open: `${host.address}${hash}` }, { settle: 1 });
    expect(await driver.evaluate('crossOriginIsolated')).toBe(true);
    await follow({ click: parts.badge });
    await until('the page to be kept', async () =>
      (await inPage(driver, look)).popover?.includes('works offline now'),
    );
    expect((await inPage(driver, look)).popover).toContain('yes: WebAssembly may use threads');
  });

  test('the second visit needs no network: caption and another model run, with threads', async () => {
    await host.stop();
    await follow({ open: `${host.address}${hash}` }, { settle: 1 });
    expect(await driver.evaluate('crossOriginIsolated')).toBe(true);
    await follow(
      { fill: parts.caption, with: 'a dog beside a tree' },
      { settle: 1 },
      { click: parts.model(0) },
      { click: parts.modelChoice('^METER-mini') },
      { settle: 1 },
    );
    await expect
      .poll(() => inPage(driver, look))
      .toMatchObject({ alerts: [], panels: [{ name: 'METER-mini', state: 'live' }] });
    expect(await driver.errors()).toEqual([]);
  });
});
