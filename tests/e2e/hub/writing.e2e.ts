import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { checkpoint } from '../../runtime/folders';
import type { LocalHub } from '../../support/hub/server';
import { startHubSite } from '../../support/hub/site';
import { visit, type Visit } from '../../support/visit';
import { choosePicture, pieces, settled, typeCaption } from '../page';

let site: Awaited<ReturnType<typeof startHubSite>>;
let guest: Visit;

beforeAll(async () => {
  const nowhere = 'http://127.0.0.1:9';
  site = await startHubSite(inject('built'), { hub: nowhere, store: nowhere } as LocalHub);
  guest = await visit(site.address);
});

afterAll(async () => {
  await guest.close();
  await site.close();
});

/** Drops the tiny checkpoint of a recipe on the left panel and opens it. */
async function dropFolder(page: Page, recipe: string): Promise<void> {
  const files = await Promise.all(
    (await checkpoint(recipe)).map(async (file) => ({
      name: file.name,
      text: Buffer.from(await file.arrayBuffer()).toString('base64'),
    })),
  );
  const dataTransfer = await page.evaluateHandle((carried) => {
    const transfer = new DataTransfer();
    for (const { name, text } of carried)
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    return transfer;
  }, files);
  await page.dispatchEvent('article.panel', 'drop', { dataTransfer });
  const sheet = page.getByRole('dialog', { name: 'A model of your own' });
  await sheet.getByRole('button', { name: 'Open left' }).click();
  await sheet.waitFor({ state: 'hidden' });
  await settled(page);
}

test('a model that writes does so word by word in the drawer, each word over where the chosen head looked', async () => {
  const { page } = guest;
  await settled(page);
  await choosePicture(page, 'plain.jpg');
  await typeCaption(page, 'a red dog');
  await dropFolder(page, 'blip-captions');
  const header = page.locator('article.panel').first().locator('header');
  await expect.poll(() => header.innerText()).toMatch(/Log-likelihood a word −\d/);
  await page.getByRole('tab', { name: 'Guess' }).click();
  const writing = page.getByRole('region', { name: /^Written by / });
  await writing.getByRole('button', { name: 'Write a caption' }).click();
  await writing.getByRole('button', { name: 'Write again' }).waitFor({ timeout: 60_000 });
  const words = writing.getByRole('listitem');
  const count = await words.count();
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThanOrEqual(20);
  expect(await words.first().innerText()).toMatch(/\d %/);
  await words.first().getByRole('button').first().click();
  expect(await writing.getByRole('list', { name: 'Likeliest words at this place' }).count()).toBe(1);
  const row = writing.getByRole('toolbar', { name: /text queries → text keys.* came/ });
  expect(await row.getByRole('button').count()).toBeGreaterThan(0);
  if (process.env.VLPM_PICTURES) await page.screenshot({ path: `${process.env.VLPM_PICTURES}/writing.png` });
  await writing.getByRole('button', { name: 'Take as caption' }).click();
  await settled(page);
  expect((await page.getByLabel(/^Caption/).inputValue()).length).toBeGreaterThan(0);
  expect(guest.errors).toEqual([]);
});

test('a question is answered word by word, each word over the question and, through it, over the picture', async () => {
  const { page } = guest;
  await dropFolder(page, 'blip-answers');
  await page.getByLabel('Ask the models a short question').fill('what is a dog');
  await page.keyboard.press('Enter');
  const note = page.locator('article.panel').first().locator('[data-view="answer"]');
  await expect.poll(() => note.innerText(), { timeout: 60_000 }).toMatch(/^Answer\s+\S.* %$/);
  const answers = page.getByRole('group', { name: 'Answers' }).first();
  expect(await answers.getByRole('listitem').count()).toBeGreaterThan(1);
  expect(await answers.innerText()).toContain('in answer → question 2, mean');
  const row = answers.getByRole('toolbar', { name: /^answer → question 2/ });
  expect(await row.getByRole('button').allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^what/), expect.stringMatching(/^dog/)]),
  );
  expect(await page.getByRole('region', { name: /^Written by / }).count()).toBe(0);
  const words = page.locator('article.panel').first().locator('[data-view="words"]');
  await expect.poll(() => words.innerText()).toMatch(/\[SEP\]\s+answer\s+\[start\]$/);
  await words.getByRole('button', { name: '[start]' }).click();
  await expect.poll(() => page.url()).toContain('word=start');
  if (process.env.VLPM_PICTURES) await page.screenshot({ path: `${process.env.VLPM_PICTURES}/answer.png` });
  expect(guest.errors).toEqual([]);
});

test('two pictures are given, each is looked at with the sentence, and a reload keeps both', async () => {
  const { page } = guest;
  await typeCaption(page, 'a red dog beside trees');
  await dropFolder(page, 'vilt-pair');
  const panel = page.locator('article.panel').first();
  const header = panel.locator('header');
  await expect.poll(() => header.innerText()).toMatch(/(True|False), \d/);
  expect(await header.innerText()).toContain('Takes two pictures; it was given this one twice.');
  const alone = await header.innerText();
  await page.getByLabel('Second picture file').setInputFiles('tests/fixtures/images/progressive.jpg');
  await expect.poll(() => header.innerText()).not.toContain('Takes two pictures');
  await settled(page);
  const verdict = (text: string) => /(True|False), [\d.]+ %/.exec(text)?.[0];
  const map = panel.locator('[data-view="overlay"]');
  const shown = map.getByRole('group', { name: 'Picture that is shown' });
  expect(await shown.getByRole('button', { name: 'Picture 1' }).getAttribute('aria-pressed')).toBe('true');
  await shown.getByRole('button', { name: 'Picture 2' }).click();
  await expect.poll(() => map.innerText()).toContain('joint 2, picture 2');
  expect(await pieces(page)).toEqual(['[CLS]', 'a', 'red', 'dog', 'beside', 'trees', '[SEP]']);
  await expect.poll(() => page.url()).toMatch(/head=joint\+2%2C\+picture\+2/);
  const off = panel.getByRole('gridcell', { name: /^joint 1, picture 2, head 1/ });
  await off.click();
  await page.keyboard.press('x');
  await expect.poll(() => header.innerText()).toMatch(/1 head off: score/);
  await page.keyboard.press('x');
  if (process.env.VLPM_PICTURES) await page.screenshot({ path: `${process.env.VLPM_PICTURES}/pair.png` });
  const before = verdict(await header.innerText());
  expect(before).toBeDefined();
  await expect.poll(() => page.url()).toContain('second=own.');
  await page.reload();
  await settled(page);
  await page.getByRole('button', { name: /^Second picture: progressive\.jpg/ }).waitFor();
  await expect.poll(async () => verdict(await header.innerText())).toBe(before);
  expect(await shown.getByRole('button', { name: 'Picture 2' }).getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('button', { name: /^Second picture:/ }).click();
  await page.getByRole('button', { name: 'Take it away' }).click();
  await expect.poll(async () => verdict(await header.innerText())).toBe(verdict(alone));
  expect(guest.errors).toEqual([]);
});
