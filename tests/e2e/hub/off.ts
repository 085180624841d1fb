import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Switches off a head of the left panel, and waits until a run without it is there. */
export async function offOf(page: Page): Promise<void> {
  const panel = page.locator('article.panel').first();
  await panel
    .getByRole('gridcell', { name: /, head 2\b/ })
    .first()
    .click();
  await page.keyboard.press('x');
  await expect.poll(() => panel.locator('header').innerText()).toMatch(/1 head off/);
  await expect.poll(() => page.url()).toMatch(/[#&]off=0\./);
  await expect
    .poll(() => panel.getByRole('gridcell', { name: /, head 2\b.*switched off/ }).count())
    .toBeGreaterThan(0);
}
