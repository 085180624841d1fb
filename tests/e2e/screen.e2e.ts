import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { writeTraceFile } from '../../src/trace/file';
import { madeRun } from '../support/traces';
import { visit, type Visit } from '../support/visit';
import { dropFile, settled, typeCaption } from './page';
import { inSight } from './sight';

const site = inject('site');

/** Chooses the first, the last and the mean of the heads of every module of a panel; what was out of sight after which choice. */
const chooseAll = `(async (slot) => {
  const article = document.querySelector('article.panel[data-slot="' + slot + '"]');
  for (const line of article.querySelectorAll('[data-group][aria-expanded="false"]')) line.click();
  await new Promise(requestAnimationFrame);
  const gone = [];
  const rows = [...article.querySelectorAll('[data-attention]')].map((row) => [...row.querySelectorAll('[data-cell]')]);
  for (const id of rows.flatMap((row) => [row[0], row.at(-2), row.at(-1)].map((cell) => cell.dataset.cell))) {
    article.querySelector('[data-cell="' + id + '"]').click();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const chosen = article.querySelector('[role="gridcell"][aria-selected="true"]')?.dataset.cell;
    const out = await ${inSight}(slot);
    if (chosen !== id || out.length || scrollY) gone.push(id + ': ' + [chosen, scrollY, ...out].join(' '));
  }
  return gone;
})`;

const run = writeTraceFile(madeRun({ heads: 12, joint: 12 }), 'npz');

async function addRun(page: Page): Promise<void> {
  await dropFile(page, run, 'run.npz');
  await page.locator('article.panel', { hasText: 'imported' }).waitFor();
}

/** The place of a word in its row. */
const at = (word: Element) =>
  [...word.closest('[role="toolbar"]')!.querySelectorAll('[data-token]')].indexOf(word);

const sizes = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
];

/** Gives the window a size, and its parts the frames in which they take theirs: an atlas folds its groups by its room. */
async function resize(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, size);
  for (let frame = 0; frame < 3; frame++)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
}

/** Holds at each of the sizes: the page is hardly longer than its window, and whichever head of a panel is chosen, all that it does is in sight. */
async function fits(page: Page, slots: readonly number[]): Promise<void> {
  for (const size of sizes) {
    await resize(page, size);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(
      1.3 * size.height,
    );
  }
  for (const size of sizes) {
    await resize(page, size);
    for (const slot of slots) expect(await page.evaluate(`${chooseAll}(${slot})`)).toEqual([]);
  }
}

test.each<[what: string, hash: string, slots: number[], slot: number]>([
  ['two models of the zoo, then one of them and a run of 12 × 12 heads', '#sample=composed-1', [0, 1], 1],
  ['one model of the zoo, then one run of 12 × 12 heads', '#sample=composed-1&model=zoo/meter-mini', [0], 0],
])(
  'at 1440 × 900 and at 1280 × 720, %s: whichever head is chosen, all that it does is on one screen',
  async (_, hash, slots, slot) => {
    const guest = await visit(`${site}${hash}`, sizes[0]);
    const { page } = guest;
    await settled(page, slots.length);
    await fits(page, slots);
    await addRun(page);
    await fits(page, [slot]);
    expect(guest.errors).toEqual([]);
    await guest.close();
  },
);

describe('one page in windows of many sizes', () => {
  let guest: Visit;
  let page: Page;

  beforeAll(async () => {
    guest = await visit(`${site}#sample=composed-1&focus=2`, { width: 1024, height: 768 });
    page = guest.page;
    await settled(page);
  });

  afterAll(() => guest.close());

  test('at 1024 × 768 the picture with its map and the atlas are on the first screen', async () => {
    for (const slot of [0, 1]) expect(await page.evaluate(`${inSight}(${slot})`)).toEqual([]);
    const panel = page.locator('article.panel').first();
    await panel.getByRole('button', { name: 'statistic' }).click();
    const statistic = panel.locator('[data-view="atlas"] select');
    const units = panel.locator('.foot .unit');
    for (const one of await statistic.locator('option').all()) {
      await statistic.selectOption(await one.getAttribute('value'));
      expect(
        await units.evaluate((unit) => [unit.textContent, unit.scrollHeight - unit.clientHeight]),
      ).toEqual([await units.textContent(), 0]);
    }
    await panel.getByRole('button', { name: 'maps' }).click();
  });

  test('the picture grows with the window', async () => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1280);
    const width = async () =>
      (await page.locator('[data-view="overlay"] canvas').first().boundingBox())!.width;
    const small = await width();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await expect.poll(width).toBeGreaterThan(1.4 * small);
  });

  test.each([
    [1920, 1080],
    [1440, 900],
    [1280, 720],
    [1024, 768],
    [390, 844],
  ] as const)(
    'at %i × %i whatever tab is open, no text is smaller than 12.5 px, nothing sticks out, and the page ends where it ends',
    async (width, height) => {
      await page.setViewportSize({ width, height });
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        await page.locator('[role="tabpanel"][aria-busy="false"]').waitFor();
        const small = await page.evaluate(() =>
          [...document.querySelectorAll('body *')]
            .filter((element) => element.checkVisibility() && !element.closest('script, style'))
            .filter((element) =>
              [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim()),
            )
            .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 12.5)
            .map((element) => element.outerHTML.slice(0, 120)),
        );
        expect(small).toEqual([]);
        const out = await page.evaluate(() => {
          const panel = document.querySelector('[role="tabpanel"]')!;
          const { right } = panel.getBoundingClientRect();
          const cut = [...panel.querySelectorAll<HTMLElement>('button, select, input')]
            .filter((one) => one.checkVisibility() && !one.closest('[role="grid"], .visually-hidden'))
            .filter((one) => one.getBoundingClientRect().right > right)
            .map(({ textContent, ariaLabel }) => ariaLabel ?? textContent);
          const end = document.querySelector('main')!.getBoundingClientRect().bottom + scrollY;
          return [...cut, ...(document.documentElement.scrollHeight > Math.ceil(end) ? ['the page'] : [])];
        });
        expect([await tab.textContent(), ...out]).toEqual([await tab.textContent()]);
      }
    },
  );

  test('on a phone the input comes first, then a picture that stays over words and heads', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => scrollTo(0, 0));
    const first = (selector: string) => page.locator(`${selector}:visible`).first();
    const top = async (selector: string) => (await first(selector).boundingBox())!.y;
    expect(await top('section.input')).toBeLessThan(await top('[data-view="overlay"]'));
    expect(await top('[data-view="overlay"]')).toBeLessThan(await top('[data-view="words"]'));
    expect(await top('[data-view="words"]')).toBeLessThan(await top('[data-view="atlas"]'));
    const wide = async (selector: string) => (await first(selector).boundingBox())!.width;
    expect(await wide('[data-view="overlay"] canvas')).toBe(await wide('[data-view="overlay"]'));
    const cell = page.locator('article.panel:not(.away) [role="gridcell"][aria-selected="true"]');
    await cell.evaluate((element) => element.scrollIntoView({ block: 'end' }));
    const picture = (await first('[data-view="overlay"] canvas').boundingBox())!;
    const chosen = (await cell.boundingBox())!;
    expect(picture.y).toBeGreaterThanOrEqual(0);
    expect(picture.y + picture.height).toBeLessThan(chosen.y);
  });

  test('a model is taken away and put back; the other keeps what it shows', async () => {
    await page.setViewportSize(sizes[0]);
    const meter = page.locator('article.panel', { hasText: 'METER-mini' });
    const before = await meter.locator('[data-view="direction"]').innerText();
    await page.getByRole('button', { name: 'Take ViLT-mini away' }).click();
    await expect.poll(() => page.locator('article.panel').count()).toBe(1);
    expect(await meter.locator('[data-view="direction"]').innerText()).toBe(before);
    await expect.poll(() => page.url()).not.toContain('vilt-mini');
    await page.getByRole('button', { name: 'Add a model' }).click();
    await settled(page);
    expect(await page.locator('article.panel').evaluateAll((all) => all.map((one) => one.ariaLabel))).toEqual(
      ['METER-mini', 'ViLT-mini'],
    );
    await expect.poll(() => page.url()).toMatch(/model=zoo%2Fmeter-mini&model=zoo%2Fvilt-mini/);
  });

  test('of a long caption a panel says how many words are out of sight, and shows them; one that is chosen is in sight', async () => {
    const words = 'a dog to the left of the small tree and a large red heart above the white arrow'.split(
      ' ',
    );
    await typeCaption(page, [...words, ...words].join(' '));
    await settled(page);
    const row = page.locator('article.panel').first().locator('[data-view="words"]');
    const seen = () =>
      row.locator('[role="toolbar"]').evaluate((root) => {
        const words = [...root.querySelectorAll('[data-token]')];
        return new Promise<number[]>((done) => {
          const observer = new IntersectionObserver(
            (entries) => done(entries.flatMap((one, at) => (one.intersectionRatio > 0.95 ? [at] : []))),
            { root, rootMargin: '0px 100px' },
          );
          for (const word of words) observer.observe(word);
        });
      });
    const first = await seen();
    const all = await row.locator('[data-token]').count();
    expect(first.length).toBeLessThan(all);
    await row.getByRole('button', { name: `${all - first.length} more` }).click();
    await expect.poll(async () => (await seen())[0]).toBe(first.at(-1)! + 1);
    await page.locator('[data-word="1"]').click();
    await expect.poll(seen).toContain(await row.locator('[aria-pressed="true"]').evaluate(at));
    await page.locator('[data-word="20"]').click();
    await expect.poll(seen).toContain(await row.locator('[aria-pressed="true"]').evaluate(at));
  });
});

test('what gives way to a note in the head of a panel leaves nothing painted', async () => {
  const guest = await visit(`${site}#sample=composed-1&model=zoo/vilt-mini`, sizes[0]);
  const { page } = guest;
  await page.getByRole('slider', { name: 'Trained' }).waitFor();
  await settled(page, 1);
  await typeCaption(page, 'a dog '.repeat(30));
  const head = page.locator('article.panel header');
  await head.getByText(/^Reads only up to/).waitFor();
  await settled(page, 1);
  // Without the panel's corners, which are not painted alike each time.
  const line = head.locator('.second');
  const painted = async () => page.screenshot({ clip: (await line.boundingBox())! });
  const before = await painted();
  await head.evaluate((head) => {
    head.style.display = 'none';
    head.getBoundingClientRect();
    head.style.display = '';
  });
  expect(before.equals(await painted())).toBe(true);
  await guest.close();
});

test('at 1024 × 768 long names of models stand in full, and nothing in a legend lies on another', async () => {
  const models = '&model=zoo/clip-photo-mini&model=zoo/lxmert-mini';
  const guest = await visit(`${site}#sample=composed-1${models}`, { width: 1024, height: 768 });
  const { page } = guest;
  await settled(page);
  const names = await page
    .getByRole('group', { name: 'Models beside each other' })
    .locator('bdi')
    .evaluateAll((all) => all.map((one) => [one.textContent, one.scrollWidth - one.clientWidth]));
  expect(names).toEqual([
    ['CLIP-photo-mini', 0],
    ['LXMERT-mini', 0],
  ]);
  const ends = await page
    .locator('article.panel .legend .bar')
    .evaluateAll((bars) =>
      bars.map((bar) =>
        [...bar.children].map((part) => [part.getBoundingClientRect().left, part.scrollWidth]),
      ),
    );
  expect(ends.length).toBe(2);
  for (const parts of ends)
    for (const [at, [left, width]] of parts.slice(0, -1).entries())
      expect(left + width).toBeLessThanOrEqual(parts[at + 1][0]);
  await guest.close();
});

test('beside one model nothing lies fallow: a drawer with little to show has the layers under it, one of a run its numbers', async () => {
  const guest = await visit(`${site}#sample=composed-1&model=zoo/meter-mini`, { width: 1440, height: 900 });
  const { page } = guest;
  await settled(page, 1);
  const drawer = (await page.locator('.drawer').boundingBox())!;
  const under = page.locator('.drawer').getByRole('region', { name: 'Layers' });
  const layers = (await under.boundingBox())!;
  expect(drawer.y + drawer.height - layers.y - layers.height).toBeLessThan(4);
  await under.locator('[data-dot="0-1"]').click();
  await expect.poll(() => page.locator('[data-about]').textContent()).toContain('image 1, head 2');
  await addRun(page);
  await page.getByRole('tab', { name: 'Numbers', selected: true }).waitFor();
  const shown = page.getByRole('grid', { name: /^Heads of/ }).getByRole('row');
  await expect.poll(() => shown.nth(1).textContent()).toMatch(/^\s*joint 1, head 1\s*\d/);
  const [atlas, picture] = await Promise.all(
    ['[data-view="atlas"]', '[data-view="overlay"]'].map((part) => page.locator(part).boundingBox()),
  );
  expect(Math.abs(atlas!.width - picture!.width)).toBeLessThan(2);
  expect(guest.errors).toEqual([]);
  await guest.close();
});
