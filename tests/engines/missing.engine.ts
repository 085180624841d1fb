import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startHost, type Host } from '../support/host';
import { inPage, until, type Driver } from './driver';
import { engines } from './engines';
import { look, parts } from './parts';
import { perform, type Step } from './steps';

/** Only where the site was built here. */
const built = inject('built');

const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

describe.skipIf(!built).each(engines())('%s', (engine, start) => {
  const matrix = ['Matrix', '[data-matrix=drawn]', parts.reload] as const;
  const numbers = ['Numbers', '[role=tabpanel] [role=grid]', parts.again] as const;
  // Firefox never asks again for a module that failed.
  const ways = engine === 'Firefox' ? [matrix] : [matrix, numbers];
  /** The built site as links, of which some can be missing; without its service worker, which would keep all of it. */
  let folder: string;
  let host: Host;
  let driver: Driver;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vlpm-missing-'));
    mkdirSync(join(folder, 'assets'));
    for (const name of readdirSync(built))
      if (name !== 'sw.js' && name !== 'assets') symlinkSync(join(built, name), join(folder, name));
    for (const name of readdirSync(join(built, 'assets'))) give(name);
    host = await startHost(folder, { headers });
    driver = await start();
  });
  afterAll(async () => {
    await driver?.close();
    await host?.stop().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });

  const give = (name: string) => symlinkSync(join(built, 'assets', name), join(folder, 'assets', name));
  /** Takes a script from the host. @returns what gives it back */
  const take = (named: RegExp) => {
    const name = readdirSync(join(folder, 'assets')).find((file) => named.test(file))!;
    rmSync(join(folder, 'assets', name));
    return () => give(name);
  };
  const follow = async (...way: Step[]) => {
    for (const step of way) await perform(driver, step);
  };
  const alerts = async () => (await inPage(driver, look)).alerts.join(' ');

  test('an adapter that the worker could not fetch comes on Retry', async () => {
    const give = take(/^single-/);
    await follow({ resize: [1440, 900] }, { open: `${host.address}#sample=composed-1&model=zoo/vilt-mini` });
    await expect.poll(alerts).toContain('Part of this page could not be fetched.');
    give();
    await follow({ click: parts.retry }, { settle: 1 });
    expect(await alerts()).toBe('');
  });

  test('a tab that the page could not fetch comes on another try or by a reload, with all that was on the page', async () => {
    await follow({ fill: parts.caption, with: 'a dog beside a tree' }, { settle: 1 });
    for (const [name, tab, way] of ways) {
      const give = take(new RegExp(`^${name}Tab-`));
      await follow({ click: parts.tab(name) });
      await expect.poll(alerts).toContain('This part of the page could not be fetched.');
      give();
      await follow({ click: way });
      await until(name, async () => inPage(driver, (shown) => !!document.querySelector(shown), tab), 20_000);
      await follow({ settle: 1 });
      expect(await inPage(driver, look)).toMatchObject({ caption: 'a dog beside a tree', alerts: [] });
    }
  });
});
