import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import { choosePicture, settled, typeCaption } from './page';

const photograph = '../../../static/samples/photo-kitten.jpg';
const composed = '../../../static/samples/composed-2.webp';

const names = (page: Page) => page.getByRole('button', { name: /^Model of panel/ }).allInnerTexts();

/** Gives the page a photograph and, some ms later, a caption, and sees who meets it and where they look. */
async function meet(page: Page, later: number): Promise<void> {
  await choosePicture(page, photograph);
  await page.waitForTimeout(later);
  await typeCaption(page, 'a small kitten');
  await page.getByText(/^A photograph, by its features: UNITER-mini and LXMERT-mini take over/).waitFor();
  await settled(page);
  const said = () => page.locator('[data-view="direction"]').allInnerTexts();
  await expect.poll(said).toEqual(Array(2).fill(expect.stringMatching(/^“kitten” as query: text queries/)));
  expect(await names(page)).toEqual(['UNITER-mini', 'LXMERT-mini']);
}

test('a composed scene from a file moves no model; a photograph after it does, and a caption typed at once has its word looked at', async () => {
  const { page, errors, close } = await visit(inject('site'));
  await settled(page);
  await choosePicture(page, composed);
  await settled(page);
  await page.waitForTimeout(2000);
  expect(await names(page)).toEqual(['ViLT-mini', 'METER-mini']);
  expect(await page.getByText('Trained on').count()).toBe(0);
  await meet(page, 0);
  expect(errors).toEqual([]);
  await close();
});

test('a photograph is met by models that know photographs, a caption typed 600 ms later has its word looked at, and a reload keeps both', async () => {
  const { page, errors, close } = await visit(inject('site'));
  await settled(page);
  await meet(page, 600);
  await page.reload();
  await settled(page);
  expect(await names(page)).toEqual(['UNITER-mini', 'LXMERT-mini']);
  expect(errors).toEqual([]);
  await close();
});
