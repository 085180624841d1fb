import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { visit, type Visit } from '../support/visit';
import { openTab, settled } from './page';

const site = inject('site');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 A and AA in a part of the page, each with the elements it means. */
const violations = (
  part = 'html',
) => `axe.run('${part}', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.join(' '), failureSummary].join(': '))))`;

describe('axe finds no fault', () => {
  let guest: Visit;
  beforeAll(async () => {
    guest = await visit(`${site}#sample=composed-1`, {
      // In the middle of a change of colours nothing has the contrast that it ends with.
      options: { bypassCSP: true, reducedMotion: 'reduce' },
    });
    await settled(guest.page);
    await guest.page.evaluate(axe);
  });
  afterAll(() => guest.close());

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
  ] as const)('at %i px, %s', async (width, colorScheme) => {
    const { page } = guest;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => scrollTo(0, 0));
    expect(await page.evaluate<string[]>(violations())).toEqual([]);
    await openTab(page, 'Guess');
    await page.keyboard.press('m');
    const guesses = () => page.getByRole('tabpanel').locator('ol li').count();
    await expect.poll(guesses).toBe(10);
    expect(await page.evaluate<string[]>(violations())).toEqual([]);
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.locator('[role="tabpanel"][aria-busy="false"]').waitFor();
      // Where a picture stays over the page, a control half under it is a matter of how far one has scrolled.
      await page.evaluate(() => scrollTo(0, 0));
      expect(await page.evaluate<string[]>(violations('.drawer'))).toEqual([]);
    }
    await page.getByRole('button', { name: /^Picture:/ }).click();
    await page.getByRole('application').waitFor();
    expect(await page.evaluate<string[]>(violations('.picture'))).toEqual([]);
    await page.keyboard.press('Escape');
    await openTab(page, 'Guess');
    await page.keyboard.press('m');
    await expect.poll(guesses).toBe(0);
    await openTab(page, 'Numbers');
  });
});

describe('by keyboard and by ear', () => {
  let guest: Visit;
  beforeAll(async () => {
    guest = await visit(`${site}#sample=composed-1`);
    await settled(guest.page);
  });
  afterAll(() => guest.close());

  test('the keyboard reaches everything: skip link, words, patches and heads', async () => {
    const { page } = guest;
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
    const order = await page
      .locator('article.panel')
      .first()
      .locator('[data-view="atlas"], [data-view="overlay"], [data-view="words"]')
      .evaluateAll((views) =>
        views.map((view) => [view.getAttribute('data-view'), view.getBoundingClientRect().left]),
      );
    expect(order.map(([name]) => name)).toEqual(['atlas', 'overlay', 'words']);
    expect(order[0][1], 'Tab goes as the eye does').toBeLessThan(Number(order[1][1]));
    await page.locator('article.panel').first().locator('[data-token][tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('word=');
  });

  test('each region has one Tab stop for all of its terms, and a term is read from the keyboard', async () => {
    const { page } = guest;
    const panel = page.locator('article.panel').first();
    expect(await panel.locator('.term').count()).toBeGreaterThanOrEqual(4);
    expect(await panel.locator('.term[tabindex="0"], .term:not([tabindex])').count()).toBe(1);
    await panel.locator('.term').first().focus();
    const tip = page.getByRole('tooltip');
    await expect.poll(() => tip.textContent()).toContain('does this caption fit this picture?');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tip.textContent()).toContain('Words and patches lie in one sequence');
    await page.keyboard.press('Escape');
    await expect.poll(() => tip.isVisible()).toBe(false);
    const best = panel.getByRole('button', { name: 'Best head' });
    const said = /Best at pointing in held-out scenes: joint 3, head 4 \(97 %, chance \d+ %\)/;
    await best.focus();
    await expect.poll(() => tip.textContent()).toMatch(said);
    await page.keyboard.press('Escape');
    await expect.poll(() => tip.isVisible()).toBe(false);
    await best.click();
    await expect.poll(() => tip.textContent()).toMatch(said);
  });

  test('on a phone no bar lies over what has the focus', async () => {
    const { page } = guest;
    await page.setViewportSize({ width: 390, height: 844 });
    const panel = page.locator('article.panel:not(.away)');
    await panel.locator('[data-cell][tabindex="0"]').focus();
    const covered: string[] = [];
    for (const key of [
      'ArrowUp',
      'ArrowUp',
      'ArrowRight',
      ...Array<string>(6).fill('ArrowDown'),
      'ArrowUp',
    ]) {
      await page.keyboard.press(key);
      covered.push(
        ...(await page.evaluate(() => {
          const cell = document.activeElement!;
          const { left, top, width, height } = cell.getBoundingClientRect();
          const over = [0.1, 0.5, 0.9].map((at) =>
            document.elementFromPoint(left + width / 2, top + at * height),
          );
          return over.every((one) => cell.contains(one))
            ? []
            : [(cell as HTMLElement).dataset.cell ?? cell.tagName];
        })),
      );
    }
    expect(covered).toEqual([]);
  });

  test('a chosen head and word, what is switched off and its undoing are told with the name of the model', async () => {
    const { page } = guest;
    await page.setViewportSize({ width: 1440, height: 900 });
    const told = () => page.locator('[data-view="announcements"] [role="status"]').allTextContents();
    const heard = (sentence: RegExp) =>
      expect.poll(async () => (await told()).some((one) => sentence.test(one.trim()))).toBe(true);
    await page.locator('[data-word="7"]').click();
    await page.mouse.move(0, 0);
    await heard(/^“tree” as query$/);
    await page.locator('article.panel').first().locator('[data-cell="0.1"]').click();
    await heard(/^ViLT-mini: joint 1, head 2$/);
    await page.locator('article.panel').nth(1).locator('[data-cell="6.2"]').click();
    await heard(/^METER-mini: text → image 1, head 3$/);
    await page.keyboard.press('x');
    await heard(/^METER-mini: .*text → image 1.*head 3.*off/);
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => (await told()).filter((one) => /^METER-mini: .*off$/.test(one.trim())))
      .toEqual([]);
    await heard(/^METER-mini: everything on$/);
    expect(guest.errors).toEqual([]);
  });
});
