import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { firefoxPath } from '../support/engines';
import { inPage, type Driver } from './driver';
import { driveFirefox } from './firefox';
import { look, parts } from './parts';
import { perform, type Step } from './steps';

const site = inject('site');
const picture = join(import.meta.dirname, '../fixtures/images/plain.jpg');
const given: Step[] = [
  { resize: [1440, 900] },
  { open: `${site}#sample=composed-1&model=zoo/clip-mini` },
  { settle: 1 },
  { choose: parts.pictureFile, file: picture },
  { settle: 1 },
];

/** WebKit's checks are all made in a private session: it has no other when it is driven. */
describe.skipIf(!firefoxPath())('Firefox', () => {
  let driver: Driver;
  const follow = async (steps: readonly Step[]) => {
    for (const step of steps) await perform(driver, step);
  };
  afterEach(() => driver.close());

  test('a private window keeps a picture as long as it is open, and has threads', async () => {
    driver = await driveFirefox(firefoxPath()!, { 'browser.privatebrowsing.autostart': true });
    await follow(given);
    await expect.poll(() => driver.evaluate('location.hash')).toContain('picture=');
    await driver.evaluate('setTimeout(() => location.reload())');
    await follow([{ settle: 1 }]);
    const { input, notices } = await inPage(driver, look);
    expect([input, notices]).toEqual([expect.stringContaining('plain.jpg'), []]);
    expect(await driver.evaluate('crossOriginIsolated')).toBe(true);
  });

  test('where all storage is refused one sentence says what is not kept, and everything runs', async () => {
    // "Block all cookies": IndexedDB, caches, service workers and local storage throw.
    driver = await driveFirefox(firefoxPath()!, { 'network.cookie.cookieBehavior': 2 });
    await follow(given);
    const said = expect.stringMatching(/^This browser keeps nothing for this page/) as string;
    await expect.poll(() => inPage(driver, look)).toMatchObject({ alerts: [], notices: [said] });
    await follow([{ fill: parts.caption, with: 'a dog' }, { settle: 1 }]);
    expect((await inPage(driver, look)).panels[0].pieces).toEqual(['[CLS]', 'a', 'dog', '[SEP]']);
  });
});
