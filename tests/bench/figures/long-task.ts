import { settled } from '../../e2e/page';
import type { Figure } from '../figure';

/** The longest time that the page does not answer while a visitor points at words and heads, chooses, folds and turns tabs. */
export const figure: Figure = {
  id: 'long-task',
  unit: 'ms',
  limit: 50,
  absolute: true,
  async measure(stand) {
    const { address } = await stand.site();
    const page = await stand.page();
    await page.goto(address);
    await settled(page);
    for (const tab of await page.getByRole('tab').all()) await tab.click();
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1000);
    await page.evaluate(watch);
    let acts = 0;
    const each = async (selector: string, act: 'hover' | 'click') => {
      for (const one of await page.locator(selector).all()) {
        await one[act]();
        acts++;
      }
    };
    await each('[data-word]', 'hover');
    await each('article.panel [data-cell]', 'hover');
    await each('[data-word]', 'click');
    await each('article.panel [data-cell]', 'click');
    await each('[aria-label="Cells show"] button', 'click');
    await each('[data-group]', 'click');
    await each('[role="tab"]', 'click');
    const tasks = await page.evaluate(() => (window as Window & { tasks?: number[] }).tasks ?? []);
    await page.context().close();
    return {
      value: Math.max(0, ...tasks),
      how: `longest of ${tasks.length} tasks over 50 ms in ${acts} moves and clicks, no model running`,
    };
  },
};

/** Notes every task over 50 ms, which is what browsers report. */
function watch(): void {
  const tasks: number[] = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: 'longtask' });
  (window as Window & { tasks?: number[] }).tasks = tasks;
}
