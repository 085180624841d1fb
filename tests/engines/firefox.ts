import puppeteer, { type ElementHandle } from 'puppeteer-core';
import { until, type Driver } from './driver';

/** Said of each body that was still on its way when the page was left; it names no address. */
const cutOff = /Failed to load ‘’\. A ServiceWorker intercepted/;

/** Firefox, by Puppeteer over WebDriver BiDi. @param preferences as in about:config */
export async function driveFirefox(
  executablePath: string,
  preferences: Record<string, unknown> = {},
): Promise<Driver> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // Now and then a command is never answered: better to hear of it soon, and try again.
    protocolTimeout: 30_000,
    extraPrefsFirefox: preferences,
  });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => cutOff.test(String(error)) || errors.push(String(error)));
  return {
    name: (await browser.version()).replace('firefox/', 'Firefox '),
    open: async (address) => {
      await page.goto(address);
      // A page that writes its own address just then ends Puppeteer's wait; going back from there would end the visit.
      const isThere = `location.href.split('#')[0] === ${JSON.stringify(new URL(address).href.split('#')[0])}`;
      await until(`${address} to come`, () => page.evaluate(isThere).catch(() => false), 30_000);
    },
    // Puppeteer's own waits for a load that does not come when the page was kept.
    back: async () => void (await page.evaluate('setTimeout(() => history.back())')),
    evaluate: (expression) => page.evaluate(expression),
    click: (x, y) => page.mouse.click(x, y),
    move: (x, y) => page.mouse.move(x, y),
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    choose: async (selector, path) => {
      const input = (await page.$(selector)) as ElementHandle<HTMLInputElement>;
      await input.uploadFile(path);
    },
    resize: (width, height) => page.setViewport({ width, height }),
    screenshot: () => page.screenshot(),
    errors: () => Promise.resolve(errors),
    close: async () => {
      const killed = setTimeout(() => browser.process()?.kill('SIGKILL'), 10_000);
      await browser.close().finally(() => clearTimeout(killed));
    },
  };
}
