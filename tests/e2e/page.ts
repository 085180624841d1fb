import { join } from 'node:path';
import type { Page } from 'playwright';

/** A picture of the tests. */
const picture = (name: string) => join(import.meta.dirname, '../fixtures/images', name);

/** Waits until every panel shows a run of what is on the page now, made here and not recorded. */
export async function settled(page: Page, panels = 2): Promise<void> {
  await page.waitForFunction((panels) => {
    const articles = [...document.querySelectorAll('article.panel')];
    const live = articles.filter(
      (panel) =>
        panel.getAttribute('aria-busy') === 'false' &&
        !panel.classList.contains('stale') &&
        panel.querySelector('[role="status"]')?.textContent === 'live',
    );
    return live.length === panels;
  }, panels);
}

/** Types a caption over the old one. */
export const typeCaption = (page: Page, caption: string) => page.getByLabel(/^Caption/).fill(caption);

/** Gives the page a picture through its file picker. */
export const choosePicture = (page: Page, name: string) =>
  page.getByLabel('Picture file').setInputFiles(picture(name));

/** The pieces of the caption in a panel, as that model reads them. */
export const pieces = (page: Page, panel = 0) =>
  page.locator('article.panel').nth(panel).locator('[data-token] bdi').allTextContents();

/** Puts a model into a panel by the picker. */
export async function chooseModel(page: Page, panel: number, name: RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^Model of panel ${panel + 1}`) }).click();
  await page
    .getByRole('dialog', { name: `Choose the model of panel ${panel + 1}` })
    .getByRole('button', { name })
    .click();
}

/** Opens a tab of the drawer. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await page.getByRole('tabpanel', { name }).waitFor();
}

/** Has the drawer speak of another of the models. */
export const speakOf = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Model that the drawer is about' }).getByRole('button', { name }).click();

/** Drops a file on the page. */
export async function dropFile(page: Page, bytes: Uint8Array, name: string): Promise<void> {
  const text = Buffer.from(bytes).toString('base64');
  const dataTransfer = await page.evaluateHandle(
    async ([text, name]) => {
      const blob = await (await fetch(`data:application/octet-stream;base64,${text}`)).blob();
      const carried = new DataTransfer();
      carried.items.add(new File([blob], name));
      return carried;
    },
    [text, name] as const,
  );
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}
