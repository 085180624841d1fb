import { expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { npz, rows } from '../trace/bundled';
import { settled } from './page';

const site = inject('site');

/** Makes an element where text is taken for markup, and a script where that runs. */
const evil = (where: string) =>
  `<img src=x onerror="window.evil=1"><b class=evil>${where}</b>{@html '<i class=evil>'}`;

async function drop({ page }: Visit, bytes: Uint8Array, name: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([bytes, name]) => {
      const carried = new DataTransfer();
      carried.items.add(new File([Uint8Array.from(bytes)], name));
      return carried;
    },
    [[...bytes], name] as const,
  );
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** What became of the strings: elements made of them, scripts that ran, and whether the page shows them as they are. */
const outcome = ({ page }: Visit) =>
  page.evaluate(() => ({
    made: document.querySelectorAll('.evil, img[src="x"]').length,
    ran: 'evil' in window,
  }));

const nothing = { made: 0, ran: false };

test('markup in a link stays text', async () => {
  const fields = new URLSearchParams({
    sample: evil('sample'),
    caption: evil('caption'),
    foil: evil('foil'),
    question: evil('question'),
    word: evil('word'),
    head: `${evil('head')}.1`,
    off: `0.${evil('off')}.1`,
  });
  fields.append('model', evil('model'));
  const guest = await visit(`${site}#${fields.toString()}`);
  // One model is named, so one panel opens.
  await settled(guest.page, 1);
  expect(await guest.page.getByLabel(/^Caption/).inputValue()).toBe(evil('caption'));
  expect(await outcome(guest)).toEqual(nothing);
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('markup in a trace and in the name of a file stays text', async () => {
  const guest = await visit(site);
  const { page } = guest;
  await settled(page);
  const trace = npz(
    {
      attention_0: rows(2, 10, 10),
      [`output_${evil('output')}`]: { dims: [2], data: Float32Array.of(1, 2) },
    },
    {
      model: evil('model'),
      tokens: [evil('cls'), evil('a'), evil('dog'), evil('runs'), evil('sep')],
      attentions: [{ name: evil('attention') }],
    },
  );
  await drop(guest, trace, `${evil('file')}.npz`);
  await page.getByText(evil('file'), { exact: false }).first().waitFor();
  await page
    .locator('article.panel')
    .nth(1)
    .locator('[data-token]', { hasText: evil('dog') })
    .first()
    .click();
  await expect.poll(() => page.locator('body').innerText()).toContain(evil('attention'));
  expect(await outcome(guest)).toEqual(nothing);

  await drop(guest, npz({ attention_0: rows(2, 10, 10) }, { format: evil('format') }), 'broken.npz');
  await expect.poll(() => page.locator('body').innerText()).toContain('class=evil>format');
  await drop(guest, new TextEncoder().encode('no model'), `${evil('model')}.onnx`);
  await drop(guest, new TextEncoder().encode(evil('picture')), `${evil('picture')}.png`);
  await page.waitForTimeout(500);
  expect(await outcome(guest)).toEqual(nothing);
  expect(guest.errors).toEqual([]);
  await guest.close();
});
