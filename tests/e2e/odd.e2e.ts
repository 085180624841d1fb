import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeTraceFile } from '../../src/trace/file';
import type { TraceFile } from '../../src/trace/file';
import { npz, rows } from '../trace/bundled';
import { madeRun } from '../support/traces';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { openTab, settled } from './page';

const site = inject('site');

const tabs = ['Numbers', 'Matrix', 'Switch off', 'Guess', 'Layers', 'Save'];
const panel = ({ page }: Visit) => page.locator('article.panel').nth(1);
const said = (guest: Visit) => panel(guest).innerText();

/** One page for all of the runs; each takes the place of the one before. */
let guest: Visit;
let runs = 0;

beforeAll(async () => {
  guest = await visit(site);
  await settled(guest.page);
});

afterAll(() => guest.close());

/** Puts a run beside ViLT-mini, into the drawer's focus. @param warning what the panel says in place of the file's name */
async function open(bytes: Uint8Array, warning?: string): Promise<void> {
  const name = `odd-${++runs}.npz`;
  const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
  await guest.page.getByLabel('Model or run file').nth(1).setInputFiles(file);
  await guest.page
    .locator('article.panel', { hasText: 'imported' })
    .filter({ hasText: warning ?? name })
    .waitFor();
  await panel(guest).locator('[data-cell]').first().click();
}

/** Opens every tab of the drawer, points at every cell, and reads what stands there. */
async function walked(guest: Visit): Promise<Record<string, string>> {
  const { page } = guest;
  const read: Record<string, string> = {};
  for (const name of tabs) {
    await openTab(page, name);
    await page.locator('[role="tabpanel"][aria-busy="false"]').waitFor();
    await page.waitForTimeout(100);
    read[name] = await page.getByRole('tabpanel').innerText();
  }
  for (const cells of ['statistic', 'effect', 'maps'])
    await panel(guest).getByRole('group', { name: 'Cells show' }).getByText(cells, { exact: true }).click();
  for (const cell of (await panel(guest).locator('[data-cell]').all()).slice(0, 12)) await cell.hover();
  return read;
}

const file = (run: TraceFile) => writeTraceFile(run, 'npz');
const oneWord = {
  tokens: [{ stream: 'text', role: 'word', text: 'dog' }],
  grid: [1, 1],
  specials: 0,
  attentions: [{ queries: 'all', keys: 'all' }],
};

test.each<[what: string, bytes: () => Uint8Array, queries: number]>([
  ['one head in one layer', () => file(madeRun({ heads: 1, joint: 1 })), 159],
  ['one patch', () => file(madeRun({ heads: 2, joint: 2, grid: [1, 1] })), 16],
  ['one word and one patch', () => npz({ attention_0: rows(1, 2, 2) }, oneWord), 2],
])('a run of %s opens, and every view of it has something to say', async (_, bytes, queries) => {
  await open(bytes());
  const read = await walked(guest);
  expect(read.Numbers).toMatch(/\d heads?\b/);
  expect(await guest.page.locator('[role="tabpanel"]').innerText()).not.toMatch(/NaN|undefined|Infinity/);
  for (const text of Object.values(read)) expect(text).not.toMatch(/NaN|undefined|Infinity/);
  await openTab(guest.page, 'Matrix');
  const grid = guest.page.getByRole('tabpanel').getByRole('grid').first();
  expect(await grid.getAttribute('aria-label')).toContain(`${queries} queries × ${queries} keys`);
  expect(guest.errors).toEqual([]);
});

test('a run without text opens: a patch is chosen, and the picture has its map', async () => {
  await open(npz({ attention_0: rows(2, 4, 4), attention_1: rows(2, 4, 4) }, { tokens: [], specials: 0 }));
  const read = await walked(guest);
  for (const text of Object.values(read)) expect(text).not.toMatch(/NaN|undefined|Infinity/);
  const stage = panel(guest).locator('[data-view="overlay"] [role="grid"]');
  await stage.click({ position: { x: 20, y: 20 } });
  await expect.poll(() => said(guest)).toContain('patch in row 1, column 1 as query');
  await expect.poll(() => said(guest)).toContain('image queries → image keys');
  expect(guest.errors).toEqual([]);
});

test('a run of 2,000 tokens opens; its matrix joins cells and says so, until one zooms in', async () => {
  await open(file(madeRun({ heads: 1, joint: 1, grid: [44, 45] })));
  const { page } = guest;
  await openTab(page, 'Matrix');
  const grid = page.getByRole('tabpanel').getByRole('grid').first();
  await expect.poll(() => grid.getAttribute('aria-label')).toContain('1995 queries × 1995 keys');
  expect(await grid.getAttribute('aria-label')).toMatch(/Each dot is the largest of (\d+) × \1 weights\./);
  await expect.poll(() => page.getByRole('tabpanel').innerText()).toMatch(/zoom in to see them all/);
  const read = await walked(guest);
  for (const text of Object.values(read)) expect(text).not.toMatch(/NaN|undefined|Infinity/);
  await openTab(page, 'Matrix');
  for (let i = 0; i < 12; i++) await page.getByRole('button', { name: 'Nearer' }).first().click();
  await expect.poll(() => grid.getAttribute('aria-label')).not.toContain('Each dot');
  expect(guest.errors).toEqual([]);
});

test('weights that are no numbers: the panel warns and says where, and every view goes on', async () => {
  const run = madeRun({ heads: 2, joint: 3, grid: [4, 4] });
  const { data, dims } = run.trace.attentions[1].weights!;
  const at = (head: number, query: number, key: number) => (head * dims[1] + query) * dims[2] + key;
  data[at(1, 3, 17)] = NaN;
  data[at(1, 4, 2)] = Infinity;
  run.trace.attentions[2].weights!.data.fill(NaN);
  const { page } = guest;
  const warning =
    'expected finite weights, got 2 of joint 2, head 2 that are none, first at “dog” → patch in row 1, column 3, and some of 2 more heads.';
  await open(file(run), warning);
  await expect.poll(() => panel(guest).locator('header').innerText()).toContain(warning);
  const read = await walked(guest);
  for (const text of Object.values(read)) expect(text).not.toMatch(/NaN|undefined|Infinity/);
  expect(read.Numbers).toContain(warning);

  await panel(guest)
    .getByRole('gridcell', { name: /^joint 2, head 2/ })
    .click();
  await panel(guest).locator('[data-token]', { hasText: 'dog' }).first().click();
  await openTab(page, 'Matrix');
  const grid = page.getByRole('tabpanel').getByRole('grid').first();
  await grid.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  for (let i = 0; i < 17; i++) await page.keyboard.press('ArrowRight');
  await expect
    .poll(() => page.getByRole('tabpanel').innerText())
    .toMatch(/“dog” → patch in row 1, column 3: no number/);
  expect(guest.errors).toEqual([]);
});

test('a link to a model that is not there names it, and the model beside it runs', async () => {
  const other = await visit(`${site}#model=zoo/none&model=zoo/meter-mini`);
  const { page } = other;
  await page.getByText('This link could not bring the model “zoo/none”, which this page has not.').waitFor();
  const [lost, beside] = [page.locator('article.panel').nth(0), page.locator('article.panel').nth(1)];
  await expect.poll(() => lost.getByRole('alert').innerText()).toMatch(/zoo\/none\/manifest\.json.*missing/);
  await expect.poll(() => beside.locator('header [role="status"]').innerText()).toBe('live');
  await other.close();
});
