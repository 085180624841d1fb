import { startBrowser } from '../support/visit';
import type { Driver } from './driver';

/** Chromium, by Playwright. */
export async function driveChromium(): Promise<Driver> {
  // Playwright's Chromium keeps no pages for the back button unless told to.
  const browser = await startBrowser(false, true, ['--disable-back-forward-cache']);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return {
    name: `Chromium ${browser.version()}`,
    open: async (address) => void (await page.goto(address)),
    back: async () => void (await page.evaluate('setTimeout(() => history.back())')),
    evaluate: (expression) => page.evaluate(expression),
    click: (x, y) => page.mouse.click(x, y),
    move: (x, y) => page.mouse.move(x, y),
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    choose: (selector, path) => page.setInputFiles(selector, path),
    resize: (width, height) => page.setViewportSize({ width, height }),
    screenshot: () => page.screenshot(),
    errors: () => Promise.resolve(errors),
    close: () => browser.close(),
  };
}
