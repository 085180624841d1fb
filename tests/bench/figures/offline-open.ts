import type { Page } from 'playwright';
import { median, type Figure } from '../figure';
import { watch } from './first-picture';

const visits = 7;

/** How soon a visitor who was here before sees attention without a network, as a share of what the first visit takes. */
export const figure: Figure = {
  id: 'offline-open',
  unit: '× first',
  limit: 1,
  absolute: true,
  async measure(stand) {
    const { address } = await stand.site();
    const time = async (page: Page) => {
      await page.goto(address, { waitUntil: 'commit' });
      const seen = await page.waitForFunction(
        () => (window as Window & { firstPicture?: number }).firstPicture,
      );
      return Number(await seen.jsonValue());
    };
    const firsts: number[] = [];
    for (let i = 1; i < visits; i++) {
      const page = await stand.page();
      await page.addInitScript(watch);
      firsts.push(await time(page));
      await page.context().close();
    }
    const page = await stand.page();
    const context = page.context();
    await context.addInitScript(watch);
    firsts.push(await time(page));
    await page.getByRole('button', { name: /^Web(?:GPU|Assembly)/ }).click();
    await page.getByText(/works offline now/).waitFor({ timeout: 120_000 });
    await page.close();
    await context.setOffline(true);
    const later: number[] = [];
    for (let i = 0; i < visits; i++) {
      const page = await context.newPage();
      later.push(await time(page));
      await page.close();
    }
    await context.close();
    const [first, again] = [median(firsts), median(later)];
    return {
      value: again / first,
      how: `medians of ${visits}: first visits ${first.toFixed(0)} ms, later ones without a network ${again.toFixed(0)} ms`,
    };
  },
};
