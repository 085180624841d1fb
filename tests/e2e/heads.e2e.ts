import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { chooseModel, openTab, settled } from './page';

const site = inject('site');
let guest: Visit;

const panel = (place: number) => guest.page.locator('article.panel').nth(place);
const word = (text: string, place = 0) => panel(place).locator('[data-token]', { hasText: text }).first();
const map = (place: number) => panel(place).getByRole('region', { name: 'Attention on the picture' });
const words = (place: number) => panel(place).getByRole('region', { name: 'Words' });
const away = () => guest.page.mouse.move(5, 5);

beforeAll(async () => {
  guest = await visit(`${site}#sample=composed-1`);
  await settled(guest.page);
});

afterAll(() => guest.close());

test('each panel says how fast it ran, where and on how many tokens', async () => {
  for (const place of [0, 1])
    expect(await panel(place).innerText()).toMatch(
      /\d m?s · WebAssembly, \d threads? · \d+ text tokens \+ 64 patches/,
    );
});

test('hovering a word previews it in both models, clicking keeps it', async () => {
  await word('tree').hover();
  for (const place of [0, 1]) await expect.poll(() => map(place).innerText()).toContain('“tree” as query');
  await away();
  await expect.poll(() => map(1).innerText()).not.toContain('“tree”');
  await word('dog', 1).click();
  await away();
  for (const place of [0, 1])
    await expect.poll(() => map(place).innerText()).toContain('“dog” as query: text queries → image keys');
});

test('the other way, a patch of the picture is weighed over the words', async () => {
  await map(0)
    .getByRole('grid')
    .click({ position: { x: 45, y: 45 } });
  for (const place of [0, 1])
    await expect
      .poll(() => words(place).innerText())
      .toMatch(/patch in row 2, column 2 as query: image queries → text keys/);
  const cut = (line: Element) => {
    const said = line.querySelector('b');
    return said && said.getBoundingClientRect().right > line.getBoundingClientRect().right + 1;
  };
  for (const line of await guest.page.locator('[data-view="direction"]').all())
    expect(await line.evaluate(cut), 'the direction is never cut off').not.toBe(true);
  await away();
  await guest.page.keyboard.press('Escape');
  await expect.poll(() => map(0).innerText()).toContain('“dog” as query');
});

test('a masked word is shown again by its button', async () => {
  const guesses = (place: number) =>
    guest.page
      .getByRole('tabpanel')
      .getByRole('region', { name: /^Guesses of/ })
      .nth(place);
  await openTab(guest.page, 'Guess');
  await guest.page.keyboard.press('m');
  for (const place of [0, 1]) await expect.poll(() => guesses(place).locator('ol li').count()).toBe(5);
  await guesses(0)
    .getByRole('button', { name: /^Unmask/ })
    .click();
  for (const place of [0, 1]) await expect.poll(() => guesses(place).locator('ol li').count()).toBe(0);
});

test('any head can be shown, the mean of heads too, and the best one again', async () => {
  const title = () => map(0).locator('h3').innerText();
  const before = await title();
  await panel(0)
    .getByRole('gridcell', { name: /^joint 1, head 2/ })
    .click();
  await away();
  expect(await title()).toContain('joint 1, head 2');
  await panel(0)
    .getByRole('gridcell', { name: /^joint 1, mean of heads/ })
    .click();
  await away();
  expect(await title()).toContain('joint 1, mean of heads');
  await map(0).getByRole('button', { name: 'Best head' }).click();
  expect(await title()).toBe(before);
});

test('choosing a head changes neither direction nor word, here or beside it; without a map it says so plainly', async () => {
  const { page } = guest;
  const beside = await map(0).innerText();
  const role = page.getByRole('group', { name: 'Part in attention' }).locator('[aria-pressed="true"]');
  for (const [name, remedy] of [
    ['image → text 1', 'No map: image → text 1 has no text queries. To see it, read the word as key.'],
    ['image 1', 'No map: image 1 has no text queries. To see it, select a patch.'],
  ] as const) {
    if (name === 'image 1')
      await panel(1)
        .getByRole('button', { name: /^image encoder/ })
        .click();
    const cell = panel(1).getByRole('gridcell', { name: `${name}, head 1: no map`, exact: true });
    await cell.click();
    await away();
    await expect.poll(() => map(1).innerText()).toContain(remedy);
    expect(await cell.innerText()).toBe('–');
    expect(await role.innerText()).toBe('as query');
    expect(await page.locator('[data-word][aria-pressed="true"]').innerText()).toBe('dog');
    expect(await map(0).innerText()).toBe(beside);
  }
  const colour = await map(1)
    .locator('canvas[data-picture]')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let most = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
        most = Math.max(most, Math.max(red, green, blue) - Math.min(red, green, blue));
      }
      return most;
    });
  expect(colour).toBeLessThan(16);
  await map(1).getByRole('button', { name: 'Best head' }).click();
});

test('the picture is saved as PNG', async () => {
  const [download] = await Promise.all([
    guest.page.waitForEvent('download'),
    map(0).getByRole('button', { name: 'Save PNG' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^vilt-mini-joint-\d-.*\.png$/);
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
});

test('any two models can be compared, the same one too, and the address keeps model and head', async () => {
  await chooseModel(guest.page, 0, /^METER-mini/);
  await settled(guest.page);
  await panel(0)
    .getByRole('gridcell', { name: /^text → image 1, head 3/ })
    .click();
  await expect.poll(() => guest.page.url()).toMatch(/head=text.*1\.2/);
  await guest.page.reload();
  await settled(guest.page);
  expect(await map(0).locator('h3').innerText()).toContain('text → image 1, head 3');
  expect(await map(0).innerText()).toContain('“dog” as query');
});

test('the theme turns and the help opens', async () => {
  const { page } = guest;
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('button', { name: /^Theme/ }).click();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.getByRole('button', { name: 'Help' }).click();
  await expect.poll(() => page.getByRole('dialog').innerText()).toContain('not by itself an explanation');
  await page.keyboard.press('Escape');
});

test('nothing went wrong behind the page', () => {
  expect(guest.errors).toEqual([]);
});
