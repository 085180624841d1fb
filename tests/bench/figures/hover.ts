import { settled } from '../../e2e/page';
import { percentile, type Figure } from '../figure';

const moves = 120;

/** How long the page works when the pointer goes from word to word: all panels follow within the frame. */
export const figure: Figure = {
  id: 'hover',
  unit: 'ms',
  limit: 12,
  absolute: true,
  async measure(stand) {
    const { address } = await stand.site();
    const page = await stand.page();
    await page.goto(address);
    await page.locator('[data-picture="drawn"]').first().waitFor();
    await settled(page);
    const tokens = page.locator('[data-token]:visible');
    await tokens.first().scrollIntoViewIfNeeded();
    const centres = await tokens.evaluateAll((words) =>
      words
        .map((word) => word.getBoundingClientRect())
        .filter(({ top, bottom }) => top >= 0 && bottom <= innerHeight)
        .map(({ x, y, width, height }) => [x + width / 2, y + height / 2]),
    );
    if (centres.length < 2) throw new Error(`expected at least two words to hover, found ${centres.length}`);
    const hover = async ([x, y]: number[]) => {
      await page.mouse.move(x, y);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    };
    for (const centre of centres) await hover(centre);
    await page.evaluate(watch);
    for (let i = 0; i < moves; i++) await hover(centres[i % centres.length]);
    const times = await page.evaluate(() => (window as Window & { hovers?: number[] }).hovers ?? []);
    await page.context().close();
    if (times.length < moves / 2)
      throw new Error(`expected about ${moves} frames with a pointer event, got ${times.length}`);
    const middle = percentile(times, 0.5).toFixed(1);
    return {
      value: percentile(times, 0.95),
      how: `95th percentile of ${times.length} moves over ${centres.length} words, after a first pass, no model running, handler's start to end of the frame; median ${middle} ms`,
    };
  },
};

/**
 * Times each frame with a pointer event from the first handler to the end of style, layout and painting: a message posted in the frame's
 * animation callback is delivered after the frame.
 */
function watch(): void {
  const frames: number[] = [];
  let start: number | null = null;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    if (start !== null) frames.push(performance.now() - start);
    start = null;
  };
  const begin = () => {
    if (start !== null) return;
    start = performance.now();
    requestAnimationFrame(() => port2.postMessage(null));
  };
  for (const type of ['pointermove', 'pointerover', 'pointerenter'])
    addEventListener(type, begin, { capture: true });
  (window as Window & { hovers?: number[] }).hovers = frames;
}
