import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import { openTab, settled } from './page';

const site = inject('site');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 A and AA, each with the elements it means. */
const violations = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.join(' '), failureSummary].join(': '))))`;

test.each([
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
] as const)('at %i px, %s, axe finds no fault', async (width, colorScheme) => {
  const guest = await visit(`${site}#sample=composed-1`, {
    width,
    colorScheme,
    options: { bypassCSP: true },
  });
  const { page } = guest;
  await settled(page);
  await page.evaluate(axe);
  expect(await page.evaluate<string[]>(violations)).toEqual([]);
  await openTab(page, 'Guess');
  await page.keyboard.press('m');
  await expect.poll(() => page.getByRole('tabpanel').locator('ol li').count()).toBe(10);
  expect(await page.evaluate<string[]>(violations)).toEqual([]);
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await page.locator('[role="tabpanel"][aria-busy="false"]').waitFor();
    // Where a picture stays over the page, a control half under it is a matter of how far one has scrolled.
    await page.evaluate(() => scrollTo(0, 0));
    expect(await page.evaluate<string[]>(violations)).toEqual([]);
  }
  await page.getByRole('button', { name: /^Picture:/ }).click();
  await page.getByRole('application').waitFor();
  expect(await page.evaluate<string[]>(violations)).toEqual([]);
  await guest.close();
});

test('the keyboard reaches everything: skip link, words, patches and heads', async () => {
  const guest = await visit(`${site}#sample=composed-1`);
  const { page } = guest;
  await settled(page);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the models');
  const before = page.url();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('models');
  expect(page.url()).toBe(before);
  const reached: string[] = [];
  for (let step = 0; step < 20; step++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(
        () => document.activeElement?.getAttribute('role') ?? document.activeElement?.tagName ?? '',
      ),
    );
  }
  expect(reached).toEqual(expect.arrayContaining(['grid', 'gridcell', 'BUTTON']));
  await page.locator('article.panel').first().locator('[data-token][tabindex="0"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toContain('word=');
  await guest.close();
});
