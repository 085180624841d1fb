import { median, type Figure } from '../figure';

const visits = 7;

/** How soon a visitor sees attention: from navigation to the first drawn picture, each time as a new visitor. */
export const figure: Figure = {
  id: 'first-picture',
  unit: 'ms',
  limit: 600,
  absolute: true,
  async measure(stand) {
    const { address } = await stand.site();
    const times: number[] = [];
    for (let i = 0; i < visits; i++) {
      const page = await stand.page();
      await page.addInitScript(watch);
      await page.goto(address, { waitUntil: 'commit' });
      const time = await page.waitForFunction(
        () => (window as Window & { firstPicture?: number }).firstPicture,
      );
      times.push(Number(await time.jsonValue()));
      await page.context().close();
    }
    const worst = Math.max(...times).toFixed(0);
    return {
      value: median(times),
      how: `median of ${visits} first visits to the served build, worst ${worst} ms`,
    };
  },
};

/** Notes when an element first says that its attention picture is drawn (milliseconds since navigation). */
export function watch(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('[data-picture="drawn"]')) return;
    (window as Window & { firstPicture?: number }).firstPicture = performance.now();
    observer.disconnect();
  });
  observer.observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-picture'],
  });
}
