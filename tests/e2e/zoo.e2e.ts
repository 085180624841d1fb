import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { chooseModel, openTab, settled } from './page';

const site = inject('site');
let guest: Visit;

beforeAll(async () => {
  guest = await visit(`${site}#sample=composed-1`);
  await settled(guest.page);
});

afterAll(() => guest.close());

/** Where METER-mini was in each frame since, in px from the top; every other file that the page asks for meanwhile comes late. */
async function placesOfModels(page: Page): Promise<() => Promise<number[]>> {
  let asked = 0;
  await page.route(/\.(js|json)$/, async (route) => {
    if (asked++ % 2) await new Promise((done) => setTimeout(done, 400));
    await route.continue();
  });
  const places = await page.evaluateHandle(() => {
    const places = new Set<number>();
    const look = () => {
      const models = [...document.querySelectorAll<HTMLElement>('[popover] [data-model]')];
      const meter = models.find(({ innerText }) => innerText.startsWith('METER-mini'));
      if (meter?.getClientRects().length) places.add(Math.round(meter.getBoundingClientRect().top));
      requestAnimationFrame(look);
    };
    look();
    return places;
  });
  return () => places.evaluate((places) => [...places]);
}

test('a model is found by how it works, by keyboard alone, and the focus comes back', async () => {
  const { page } = guest;
  const button = page.getByRole('button', { name: 'Model of panel 1: ViLT-mini' });
  await button.focus();
  const places = await placesOfModels(page);
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Choose the model of panel 1' });
  const meter = sheet
    .getByRole('group', { name: /^co-attention/ })
    .getByRole('group', { name: 'two streams' })
    .getByRole('button', { name: /^METER-mini/ });
  await expect.poll(() => meter.innerText()).toMatch(/^METER-mini\s+\d\.\d MB/);
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-current')))
    .toBe('true');
  await sheet.getByRole('link').first().waitFor();
  expect(await places(), 'places that METER-mini had while files came').toHaveLength(1);
  const reached = () => meter.evaluate((one) => one === document.activeElement);
  for (let presses = 0; presses < 40 && !(await reached()); presses++) await page.keyboard.press('ArrowDown');
  expect(await reached()).toBe(true);
  await page.keyboard.press('Enter');
  await settled(page);
  await expect.poll(() => page.url()).toMatch(/model=zoo%2Fmeter-mini&model=zoo%2Fmeter-mini/);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Model of panel 1: METER-mini',
  );
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect(await sheet.isVisible()).toBe(false);
  await chooseModel(page, 0, /^ViLT-mini/);
  await settled(page);
});

test('a question is put to every model, and the link asks it again', async () => {
  const { page } = guest;
  await openTab(page, 'Guess');
  const answers = page.getByRole('tabpanel').getByRole('group', { name: 'Answers' });
  const said = async () => (await answers.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
  await page.getByLabel(/^Ask the models/).fill('where is the dog?');
  await page.keyboard.press('Enter');
  const answered = /^Answer where is the dog ?\? (.* was not trained to answer questions\.|\S+ [<\d. ]+ % )/;
  await expect.poll(async () => (await said()).filter((text) => answered.test(text)).length).toBe(2);
  await expect.poll(() => page.url()).toContain('question=where+is+the+dog%3F');
  expect(await page.locator('article.panel [data-view="answer"]').allInnerTexts()).toEqual([
    expect.stringMatching(/^Answer /),
    expect.stringMatching(/^Answer /),
  ]);
  await page.reload();
  await settled(page);
  await openTab(page, 'Guess');
  expect(await page.getByLabel(/^Ask the models/).inputValue()).toBe('where is the dog?');
  await expect.poll(async () => (await said()).filter((text) => answered.test(text)).length).toBe(2);
  await page.getByLabel(/^Ask the models/).fill('');
  await expect.poll(() => answers.count()).toBe(0);
});

test('nothing went wrong behind the page', () => {
  expect(guest.errors).toEqual([]);
});
