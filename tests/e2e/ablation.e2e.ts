import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { settled } from './page';

const site = inject('site');
let guest: Visit;

const panel = () => guest.page.locator('article.panel').first();
const section = (name: string) => guest.page.getByRole('tabpanel').getByRole('region', { name });
const note = () => panel().locator('header').innerText();
/** The cells of a line of the answers: as it is, with the cuts, the change. */
const answers = async (name: string) =>
  (
    await section('Switched off')
      .getByRole('row', { name: new RegExp(`^${name} `) })
      .first()
      .getByRole('cell')
      .allTextContents()
  )
    .map((text) => text.trim())
    .filter((text) => text);
const number = (text: string) => Number(text.replace('−', '-'));
const sweep = () => section('Every head off in turn');

beforeAll(async () => {
  guest = await visit(`${site}#sample=composed-1`);
  await settled(guest.page);
});

afterAll(() => guest.close());

test('a head is switched off by keyboard; its answers stand beside those of the model as it is', async () => {
  const { keyboard } = guest.page;
  const before = await answers('caption');
  expect(before.slice(1)).toEqual(['Switch a head or a block off: what it changes stands here.']);
  await panel()
    .getByRole('grid', { name: /^All heads/ })
    .locator('[data-cell][tabindex="0"]')
    .focus();
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'Enter', 'x'])
    await keyboard.press(key);
  await expect.poll(note).toMatch(/1 head off: score/);
  const [plain, off, change] = await answers('caption');
  expect(plain).toBe(before[0]);
  expect(Math.abs(number(off) - number(plain) - number(change))).toBeLessThan(0.11);
  await expect.poll(() => guest.page.url()).toMatch(/off=0\.joint\+2\.\d/);
  const cell = panel().getByRole('gridcell', { name: /^joint 2, head \d, .*switched off/ });
  expect(await cell.count()).toBe(1);
});

test('Ctrl+Z brings everything back exactly, Ctrl+Shift+Z takes it away again; not while text is typed', async () => {
  const { keyboard } = guest.page;
  const off = await answers('caption');
  await keyboard.press('Control+z');
  await expect.poll(note).not.toContain('off');
  expect((await answers('caption'))[0]).toBe(off[0]);
  await keyboard.press('Control+Shift+z');
  await expect.poll(note).toContain('1 head off');
  await expect.poll(() => answers('caption')).toEqual(off);
  const caption = guest.page.getByLabel(/^Caption/);
  await caption.focus();
  await keyboard.type('x');
  await keyboard.press('Control+z');
  await settled(guest.page);
  expect(await note()).toContain('1 head off');
});

test('a block can be off as well, and any change is a click away', async () => {
  await guest.page.getByRole('tabpanel').getByRole('button', { name: 'text → image' }).click();
  await expect.poll(note).toContain('1 head and 1 block off');
  await guest.page.getByRole('button', { name: '2 changes' }).click();
  await guest.page.getByRole('button', { name: 'everything on' }).click();
  await expect.poll(note).not.toContain('off');
  await guest.page.getByRole('button', { name: 'Redo' }).click();
  await panel().getByRole('button', { name: 'Switch all on' }).click();
  await expect.poll(note).not.toContain('off');
});

test('a sweep goes through the heads and can be stopped; what it has is kept and saved', async () => {
  const measured = () =>
    panel()
      .getByRole('gridcell', { name: /this head off: [+−]?\d/ })
      .count();
  expect(await measured()).toBe(0);
  await sweep().getByRole('button', { name: 'Measure all heads' }).click();
  await expect.poll(measured).toBeGreaterThan(1);
  await sweep().getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => sweep().innerText()).toMatch(/Stopped after \d+ of 24 heads/);
  const [download] = await Promise.all([
    guest.page.waitForEvent('download'),
    sweep().getByRole('button', { name: 'Save CSV' }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  expect(lines[0]).toMatch(/^model,caption,foil,module,head,/);
  expect(lines).toHaveLength(1 + (await measured()));
  expect(lines[1]).toContain('joint 1,1,');
});

test('a new caption ends a sweep with a sentence', async () => {
  await sweep().getByRole('button', { name: 'Measure again' }).click();
  await expect.poll(() => sweep().innerText()).toMatch(/[1-9]\d* of 24 heads/);
  await guest.page.getByLabel(/^Caption/).fill('a dog and a tree');
  await expect.poll(() => sweep().innerText()).toMatch(/The caption changed after \d+ of 24 heads/);
  await settled(guest.page);
});

test('what is off comes back with the address', async () => {
  await guest.page.goto('about:blank');
  await guest.page.goto(
    `${site}#sample=composed-1&off=0.joint+5.1&off=0.joint+3.tv&off=1.text+→+image+1.tv&cut=0`,
  );
  await settled(guest.page);
  await expect.poll(note).toMatch(/1 head and 1 block off: score/);
  expect(await panel().getByRole('rowheader', { name: 'joint 3, text → image off' }).count()).toBe(1);
  await expect
    .poll(() => guest.page.locator('article.panel').nth(1).locator('header').innerText())
    .toContain('1 block off: score');
});

test('nothing went wrong behind the page', () => {
  expect(guest.errors).toEqual([]);
});
