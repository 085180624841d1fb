import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeTraceFile } from '../../src/trace/file';
import { madeRun } from '../support/traces';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { dropFile, settled } from './page';
import { inSight } from './sight';

const site = inject('site');
let guest: Visit;

/** 12 layers of 12 heads over 14 text tokens and 12 × 12 patches. */
const run = madeRun({ heads: 12, joint: 12 });
const [layer, head] = [6, 8];
const { weights, queries, keys } = run.trace.attentions[layer];
const across = keys[1] - keys[0];
/** The weight that the head gives, as people read it. */
function weight(query: number, key: number): string {
  const share = weights!.data[(head * (queries[1] - queries[0]) + query) * across + key];
  if (share < 0.001) return '< 0.1 %';
  return share < 0.0995 ? `${(100 * share).toFixed(1)} %` : `${Math.round(100 * share)} %`;
}

/** Position of a word behind [CLS], and of the first patch behind the words and [SEP]. */
const words = run.trace.caption.split(' ');
const dog = 1 + words.indexOf('dog');
const patches = words.length + 2;

/** What is focused and what it is called, with the cell that arrow keys stand on. */
const focus = () =>
  guest.page.evaluate(() => {
    const element = document.activeElement!;
    const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
    return {
      role: element.getAttribute('role') ?? element.tagName.toLowerCase(),
      isWord: element.hasAttribute('data-token'),
      name: element.getAttribute('aria-label') ?? element.textContent ?? '',
      cell: active?.textContent?.trim() ?? '',
      row: active?.closest('[role="row"]')?.getAttribute('aria-label') ?? '',
    };
  });

const press = async (key: string, times = 1): Promise<void> => {
  for (let i = 0; i < times; i++) await guest.page.keyboard.press(key);
};

/** Presses Tab until what is focused fits. */
async function tabTo(fits: (what: Awaited<ReturnType<typeof focus>>) => boolean, key = 'Tab'): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (fits(await focus())) return;
    await press(key);
  }
  throw new Error(`expected to come to it within 80 steps, came to ${JSON.stringify(await focus())}`);
}

beforeAll(async () => {
  guest = await visit(`${site}#model=zoo/meter-mini&sample=composed-1`);
  await settled(guest.page, 1);
  await dropFile(guest.page, writeTraceFile(run, 'npz'), 'run.npz');
  await guest.page.locator('article.panel', { hasText: 'imported' }).waitFor();
});

afterAll(() => guest.close());

test('a head of a 12 × 12 model is chosen by arrow keys, and all that it does is in sight', async () => {
  await press('Tab');
  expect((await focus()).name).toBe('Skip to the models');
  await press('Enter');
  await tabTo(({ role, name }) => role === 'gridcell' && name.startsWith('joint'));
  await press('Home');
  await press('ArrowUp', 12);
  await press('ArrowDown', layer);
  await press('ArrowRight', head);
  expect((await focus()).name).toMatch(/^joint 7, head 9\b/);
  await press('Enter');
  const title = guest.page.locator('[data-view="overlay"] h3');
  await expect.poll(() => title.innerText()).toBe('joint 7, head 9');
  expect(await guest.page.evaluate(`${inSight}(0)`)).toEqual([]);
  expect(await guest.page.evaluate(() => scrollY)).toBe(0);
});

test('a word is chosen, and every patch of its map tells its weight', async () => {
  await tabTo(({ isWord }) => isWord);
  await press('Home');
  for (let steps = 0; steps < 14 && !(await focus()).name.includes('dog'); steps++) await press('ArrowRight');
  expect((await focus()).name).toContain('dog');
  await press('Enter');
  await tabTo(({ role, name }) => role === 'grid' && name.includes('joint 7, head 9'), 'Shift+Tab');
  expect((await focus()).name).toContain('“dog” as query: text queries → image keys');
  await press('ArrowUp', 12);
  await press('ArrowLeft', 12);
  for (const patch of [0, 1, 2]) {
    expect((await focus()).cell).toBe(`row 1, column ${patch + 1}, ${weight(dog, patches + patch)}`);
    await press('ArrowRight');
  }
  await press('ArrowLeft', 2);
  await press('ArrowDown', 4);
  expect((await focus()).cell).toBe(`row 5, column 2, ${weight(dog, patches + 4 * 12 + 1)}`);
  await press('Escape');
});

test('its matrix is walked cell by cell, and Enter selects the query', async () => {
  await tabTo(({ role }) => role === 'tab');
  for (let steps = 0; steps < 6 && (await focus()).name !== 'Matrix'; steps++) await press('ArrowRight');
  expect((await focus()).name).toBe('Matrix');
  await guest.page.locator('[role="tabpanel"][aria-busy="false"]').waitFor();
  await tabTo(({ role, name }) => role === 'grid' && name.includes(`${across} queries`));
  expect((await focus()).name).toContain('joint 7, head 9');
  await press('Home');
  await press('ArrowUp', 160);
  await press('ArrowDown', dog);
  for (const key of [0, 1, 2]) {
    const { row, cell } = await focus();
    expect(row).toBe('“dog”');
    expect(cell).toMatch(/^“/);
    expect(cell.endsWith(`, ${weight(dog, key)}`)).toBe(true);
    await press('ArrowRight');
  }
  await press('End');
  expect((await focus()).cell).toBe(`patch in row 12, column 12, ${weight(dog, across - 1)}`);
  await press('ArrowDown', 2);
  expect(await focus()).toMatchObject({
    row: `“${words[dog + 1]}”`,
    cell: `patch in row 12, column 12, ${weight(dog + 2, across - 1)}`,
  });
  await press('Enter');
  await expect
    .poll(() => guest.page.locator('[data-view="direction"]').innerText())
    .toContain(`“${words[dog + 1]}” as query`);
  expect(guest.errors).toEqual([]);
});
