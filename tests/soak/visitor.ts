import { join } from 'node:path';
import type { Page } from 'playwright';
import { chooseModel, choosePicture, openTab, settled, typeCaption } from '../e2e/page';

const captions = [
  'a dog beside a tree',
  'a red square above a blue circle',
  'two cats and a ball',
  'a horse on the left of a house',
  'a small yellow star',
  'a green triangle and a dog',
];
const pictures = ['plain.jpg', 'alpha.png', 'rotated.jpg', 'lossy.webp'];
const models = [/^CLIP-mini/, /^ViLT-mini/, /^METER-mini/];

const panel = (page: Page, place: number) => page.locator('article.panel').nth(place);

/** Chooses a head of a panel by its cell. */
async function head(page: Page, i: number): Promise<void> {
  const cells = panel(page, i % 2)
    .getByRole('region', { name: 'All heads' })
    .getByRole('gridcell');
  await cells.nth(i % (await cells.count())).click();
}

/** Measures some of the heads of the first panel one by one, and stops. */
async function sweep(page: Page): Promise<void> {
  await openTab(page, 'Switch off');
  const measure = page.getByRole('button', { name: /^Measure (all heads|again)$/ });
  if (!(await measure.count())) return;
  await measure.first().click();
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await cancel.click({ timeout: 3000 }).catch(() => {});
}

/** A run recorded elsewhere takes the second panel until another model is chosen. */
async function trace(page: Page, i: number): Promise<void> {
  const input = page.getByLabel('Picture file');
  await input.setInputFiles(join(import.meta.dirname, '../oracle/trace/vilt.npz')).catch(() => {});
  await page.waitForTimeout(300);
  await chooseModel(page, 1, models[i % models.length]);
}

/** What a visitor does at the `i`-th input, and waits for. */
export async function act(page: Page, i: number): Promise<void> {
  if (i % 25 === 24) await chooseModel(page, 1, models[((i / 25) % models.length) | 0]);
  else if (i % 40 === 39) await trace(page, i);
  else if (i % 20 === 19) await sweep(page);
  else if (i % 10 === 4) await choosePicture(page, pictures[((i / 10) % pictures.length) | 0]);
  else if (i % 3 === 1) await head(page, i);
  await typeCaption(page, `${captions[i % captions.length]} ${i % 2 ? '' : 'and a tree'}`.trim());
  await settled(page);
}
