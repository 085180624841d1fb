import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { openTab, settled } from './page';
import { inSight } from './sight';

const site = inject('site');
let guest: Visit;

interface Measured {
  attention: string;
  head: number;
  value: number;
  specificity: number;
}
const report = JSON.parse(readFileSync(new URL('../../models/zoo/report.json', import.meta.url), 'utf8')) as {
  models: Record<string, { heads: { pointing: { heads: Measured[] } } }>;
};

/** A head grounds nouns when it finds the named object more often than the others, by this much. */
const grounding = 0.25;

/** What the report has of them, in the order that is asked for: the best at pointing first. */
const grounded = ['vilt-mini', 'meter-mini']
  .flatMap((id) => report.models[id].heads.pointing.heads.map((one) => ({ id, ...one })))
  .filter(({ specificity }) => specificity >= grounding)
  .sort((a, b) => b.value - a.value);

const names: Record<string, string> = { 'vilt-mini': 'ViLT-mini', 'meter-mini': 'METER-mini' };
const told = (share: number) =>
  share < 0.0995 ? `${(100 * share).toFixed(1)} %` : `${Math.round(100 * share)} %`;

/** Every row of the table, also those that are not in sight, as [model, head, pointing, specificity]. */
async function table(page: Page): Promise<string[][]> {
  return page.locator('.drawer [role="grid"]').evaluate(async (grid) => {
    const found = new Map<number, string[]>();
    const heads = [...grid.querySelectorAll('[role="columnheader"]')].map((one) =>
      (one.textContent ?? '').replace(/[↓↑]/, '').trim(),
    );
    const places = ['model', 'head', 'pointing', 'specificity'].map((name) => heads.indexOf(name));
    const count = Number(grid.getAttribute('aria-rowcount')) - 1;
    /** Rows are written out a frame after the grid was scrolled. */
    const scrollTo = (top: number) => {
      grid.scrollTop = top;
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    };
    for (let top = 0; found.size < count && top < 26 * count + 400; top += 78) {
      await scrollTo(top);
      for (const row of grid.querySelectorAll('[data-row]')) {
        const cells = [...row.querySelectorAll('[data-cell] .says')].map((cell) => cell.textContent ?? '');
        found.set(
          Number(row.getAttribute('aria-rowindex')),
          places.map((place) => cells[place].trim()),
        );
      }
    }
    await scrollTo(0);
    return [...found.entries()].sort(([a], [b]) => a - b).map(([, cells]) => cells);
  });
}

beforeAll(async () => {
  guest = await visit(`${site}#sample=composed-1`);
  await settled(guest.page);
  await openTab(guest.page, 'Numbers');
});

afterAll(() => guest.close());

test('every head of both models that grounds nouns stands in one table, sorted, with its numbers', async () => {
  const { page } = guest;
  expect(grounded.length).toBeGreaterThan(4);
  expect(new Set(grounded.map(({ id }) => id)).size).toBe(2);
  await page.getByRole('group', { name: 'Models' }).getByRole('button', { name: 'all' }).click();
  await page.getByLabel('Column with a bound').selectOption({ label: 'specificity' });
  await page.getByLabel('Bound, in percent').fill(String(100 * grounding));
  await expect.poll(() => page.locator('.drawer .shown').innerText()).toMatch(`${grounded.length} of `);
  const rows = await table(page);
  expect(rows.map(([, , pointing]) => pointing)).toEqual(grounded.map(({ value }) => told(value)));
  const wanted = grounded.map(({ id, attention, head, value, specificity }) =>
    [names[id], `${attention}, head ${head + 1}`, told(value), told(specificity)].join(' | '),
  );
  expect(rows.map((row) => row.join(' | ')).sort()).toEqual(wanted.sort());
});

test('whichever of them is chosen, its map, its cell and its score are in sight without a scroll', async () => {
  const { page } = guest;
  for (const [model, name] of await table(page)) {
    const slot = model === 'ViLT-mini' ? 0 : 1;
    const row = page.locator('.drawer [data-row]', { hasText: name }).filter({ hasText: model });
    await row.evaluate((row) => {
      const place = Number(row.getAttribute('aria-rowindex')) - 2;
      row.closest('[role="grid"]')!.scrollTop = place * row.getBoundingClientRect().height;
    });
    await row.locator('[data-cell]').first().click();
    await expect
      .poll(() => page.locator(`article.panel[data-slot="${slot}"] [data-view="overlay"] h3`).innerText())
      .toBe(name);
    const seen = await page.evaluate(`${inSight}(${slot})`);
    expect([name, seen, await page.evaluate(() => scrollY)]).toEqual([name, [], 0]);
  }
});

test('the keyboard walks through all rows, and the page stays where it is', async () => {
  const { page } = guest;
  const rows = await table(page);
  await page.locator('.drawer [data-row] [tabindex="0"]').focus();
  await page.keyboard.press('Home');
  for (let at = 0; at < rows.length; at++) await page.keyboard.press('ArrowUp');
  for (const [, name] of rows) {
    const { row, seen } = await page.evaluate(() => {
      const row = document.activeElement!.closest<HTMLElement>('[data-row]')!;
      const { top, bottom } = row.getBoundingClientRect();
      return { row: row.innerText, seen: top >= 0 && bottom <= innerHeight && scrollY === 0 };
    });
    expect([row.includes(name), seen]).toEqual([true, true]);
    await page.keyboard.press('ArrowDown');
  }
});

test('another column sorts by it, and the same one again the other way round', async () => {
  const { page } = guest;
  const grid = page.locator('.drawer [role="grid"]');
  const shares = async () => (await table(page)).map(([, , , specificity]) => parseFloat(specificity));
  await grid.getByRole('button', { name: 'specificity', exact: true }).click();
  const falling = await shares();
  expect(falling).toEqual(falling.toSorted((a, b) => b - a));
  await grid.getByRole('button', { name: /^specificity/ }).click();
  expect(await shares()).toEqual(falling.toReversed());
  expect(await grid.locator('[aria-sort="ascending"]').innerText()).toContain('specificity');
});

test('heads are gathered in table and atlas alike, shown as one, and come back with the address', async () => {
  const { page } = guest;
  const meter = (page: Page) => page.locator('article.panel').nth(1);
  const marked = (page: Page) =>
    meter(page)
      .locator('[data-cell].gathered')
      .evaluateAll((cells) =>
        cells.map(
          (cell) => `${(cell as HTMLElement).dataset.cell} ${cell.ariaLabel?.includes(', gathered')}`,
        ),
      );
  const title = (page: Page) => meter(page).locator('[data-view="overlay"] h3').innerText();
  const [one, two] = (await table(page)).filter(([model]) => model === 'METER-mini');
  await page.getByRole('checkbox', { name: `Gather METER-mini, ${one[1]}`, exact: true }).check();
  await expect.poll(async () => (await marked(page)).length).toBe(1);
  await meter(page)
    .getByRole('gridcell', { name: new RegExp(`^${two[1]}\\b`) })
    .click({ modifiers: ['Shift'] });
  await expect
    .poll(() => page.getByRole('checkbox', { name: `Gather METER-mini, ${two[1]}`, exact: true }).isChecked())
    .toBe(true);
  await page
    .getByRole('group', { name: 'Gathered heads of METER-mini' })
    .getByRole('button', { name: 'maximum' })
    .click();
  await expect.poll(() => title(page)).toBe('maximum of 2 heads');
  await expect.poll(() => page.url()).toMatch(/head=gathered.*together=mean%2Cmaximum/);
  const address = page.url();
  const later = await visit(address);
  await settled(later.page);
  await expect.poll(() => later.page.locator('.drawer .shown').innerText()).toMatch(`${grounded.length} of `);
  expect(await table(later.page)).toEqual(await table(page));
  expect(await marked(later.page)).toEqual(await marked(page));
  expect(await title(later.page)).toBe('maximum of 2 heads');
  expect(later.page.url()).toBe(address);
  expect([...guest.errors, ...later.errors]).toEqual([]);
  await later.close();
});
