import { expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import { choosePicture, settled, typeCaption } from './page';

const photograph = '../../../static/samples/photo-kitten.jpg';
const composed = '../../../static/samples/composed-2.webp';

test.each([0, 600])(
  'a photograph is met by models that know photographs, and a caption typed %i ms later has its word looked at',
  async (later) => {
    const { page, errors, close } = await visit(inject('site'));
    await settled(page);
    await choosePicture(page, photograph);
    await page.waitForTimeout(later);
    await typeCaption(page, 'a small kitten');
    await page.getByText(/^A photograph, by its features: UNITER-mini and LXMERT-mini take over/).waitFor();
    await settled(page);
    const said = () => page.locator('[data-view="direction"]').allInnerTexts();
    await expect.poll(said).toEqual(Array(2).fill(expect.stringMatching(/^“kitten” as query: text queries/)));
    const names = page.getByRole('button', { name: /^Model of panel/ });
    expect(await names.allInnerTexts()).toEqual(['UNITER-mini', 'LXMERT-mini']);

    if (later) {
      await page.reload();
      await settled(page);
      expect(await names.allInnerTexts()).toEqual(['UNITER-mini', 'LXMERT-mini']);
    }
    expect(errors).toEqual([]);
    await close();
  },
);

test('a composed scene from a file moves no model', async () => {
  const { page, close } = await visit(inject('site'));
  await settled(page);
  await choosePicture(page, composed);
  await settled(page);
  await page.waitForTimeout(2000);
  const names = page.getByRole('button', { name: /^Model of panel/ });
  expect(await names.allInnerTexts()).toEqual(['ViLT-mini', 'METER-mini']);
  expect(await page.getByText('Trained on').count()).toBe(0);
  await close();
});
