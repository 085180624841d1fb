import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { checkpoint } from '../runtime/folders';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';

const site = inject('site');
let guest: Visit;

beforeAll(async () => {
  guest = await visit(site);
});

afterAll(() => guest.close());

test('the folder of a published model is read beside the recipes that ship, and one of another size is refused by its size', async () => {
  const files = await Promise.all(
    (await checkpoint('vilt-answers')).map(async (file) => ({
      name: file.name,
      text: Buffer.from(await file.arrayBuffer()).toString('base64'),
    })),
  );
  const dataTransfer = await guest.page.evaluateHandle((carried) => {
    const transfer = new DataTransfer();
    for (const { name, text } of carried)
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    return transfer;
  }, files);
  await guest.page.dispatchEvent('article.panel', 'drop', { dataTransfer });
  const sheet = guest.page.getByRole('dialog', { name: 'A model of your own' });
  await expect
    .poll(() => sheet.getByRole('alert').innerText())
    .toBe('Expected ViLT with hidden_size of 768, got 32: no recipe is made for that size.');
  expect(await sheet.getByRole('button', { name: 'Choose a folder' }).count()).toBe(1);
  expect(guest.errors).toEqual([]);
});
