import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Trace } from '../../src/trace/trace';
import { readTraceFile } from '../../src/trace/file';
import { openTab, settled, typeCaption } from '../e2e/page';
import { visit } from '../support/visit';

/**
 * Opens files in the left panel of a page as a visitor does, with every answer as proposed, and reads the run back from what is saved.
 * @param pictures folder for a picture of the page
 * @throws Error when the page has no button to open them, or complains
 */
export async function inPage(
  address: string,
  folder: string,
  files: readonly File[],
  caption: string,
  pictured: boolean,
  pictures?: string,
): Promise<Trace> {
  const { page, errors, close } = await visit(address);
  await settled(page);
  await typeCaption(page, caption);
  if (pictured) await page.getByLabel('Picture file').setInputFiles(join(folder, 'picture.png'));
  await settled(page);
  await page.getByRole('button', { name: 'Own model' }).click();
  const sheet = page.getByRole('dialog', { name: 'A model of your own' });
  await sheet.getByLabel('Files of the model').setInputFiles(files.map(({ name }) => join(folder, name)));
  const open = sheet.getByRole('button', { name: 'Open left' });
  await sheet.getByRole('button', { name: 'Open left', disabled: false }).waitFor({ timeout: 240_000 });
  const shoot = async (name: string) => {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${basename(folder)}-${name}.png`) });
  };
  await shoot('sheet');
  await open.click();
  await sheet.waitFor({ state: 'detached' });
  await settled(page);
  const panel = page.locator('article.panel').first();
  await panel.locator('[data-token]:not([aria-disabled])').last().click();
  await shoot('word');
  if (pictured) {
    await panel.locator('canvas[data-picture]').click();
    await shoot('patch');
  }
  await openTab(page, 'Save');
  const saving = page.waitForEvent('download');
  await page.getByRole('region', { name: 'Save run' }).getByRole('button', { name: 'NPZ' }).click();
  const { trace } = await readTraceFile(new Uint8Array(await readFile(await (await saving).path())));
  await close();
  if (errors.length > 0) throw new Error(`expected a page without errors, got ${errors.join('; ')}`);
  return trace;
}
