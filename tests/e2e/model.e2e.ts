import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSHandle, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { hubBytes, tinyTokenizer } from '../runtime/own/ownfiles';
import { foreign, visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { pieces, settled, typeCaption } from './page';

const site = inject('site');
let guest: Visit;

const sheet = () => guest.page.getByRole('dialog', { name: 'A model of your own' });
const first = () => guest.page.locator('article.panel').first();

/** A transfer that carries files, as a drop brings them. */
function transfer(page: Page, files: { name: string; bytes: Uint8Array }[]): Promise<JSHandle<DataTransfer>> {
  const carried = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') }));
  return page.evaluateHandle((carried) => {
    const transfer = new DataTransfer();
    for (const { name, text } of carried)
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    return transfer;
  }, carried);
}

async function drop(files: { name: string; bytes: Uint8Array }[]): Promise<void> {
  const dataTransfer = await transfer(guest.page, files);
  const onto = (await sheet().count()) ? 'dialog[open]' : 'article.panel';
  await guest.page.dispatchEvent(onto, 'drop', { dataTransfer });
}

const text = (words: string) => new TextEncoder().encode(words);
const model = { name: 'tiny.onnx', bytes: hubBytes('vilt') };
const tokenizer = { name: 'tokenizer.json', bytes: text(tinyTokenizer()) };

beforeAll(async () => {
  guest = await visit(site);
});

afterAll(() => guest.close());

test('a text that is called .onnx is refused in one sentence, and the page goes on', async () => {
  await drop([{ name: 'letter.onnx', bytes: text('Dear reader, I am no model.') }]);
  await expect
    .poll(() => sheet().getByRole('alert').innerText())
    .toBe('letter.onnx: The file is text, not an ONNX model: it begins with "Dear reader, I am no mod".');
  await sheet().getByRole('button', { name: 'Close' }).click();
  await typeCaption(guest.page, 'a dog and a red heart');
  await settled(guest.page);
});

test('a model without its tokenizer asks for it; both together open in a panel, and its heads are there', async () => {
  await drop([model]);
  await expect.poll(() => sheet().innerText()).toContain('No tokenizer.json came along');
  await drop([tokenizer]);
  await expect.poll(() => sheet().innerText()).toContain('by its tokenizer.json');
  expect(await sheet().innerText()).toContain('self-attention, single stream');
  await sheet().getByRole('button', { name: 'Open left' }).click();
  await expect.poll(() => sheet().count()).toBe(0);
  await expect.poll(() => first().getAttribute('aria-label')).toBe('tiny');
  await settled(guest.page);
  expect(await pieces(guest.page)).toEqual('[CLS] a dog [UNK] a red [UNK] [SEP]'.split(' '));
  const heads = first().getByRole('region', { name: 'All heads' });
  // Rows are named by their module, by its number alone where room is short.
  await expect.poll(() => heads.innerText()).toMatch(/mean\s+(joint )?1\s+(joint )?2\s/);
});

test('at the next visit the model is in the link, in the browser and can be removed', async () => {
  await expect.poll(() => guest.page.url()).toMatch(/model=own%2F[0-9a-f]{16}/);
  await guest.page.reload();
  await settled(guest.page);
  expect(await first().getAttribute('aria-label')).toBe('tiny');
  await guest.page.getByRole('button', { name: 'Own model' }).click();
  await sheet().getByRole('button', { name: 'Remove tiny' }).click();
  await expect.poll(() => sheet().innerText()).not.toContain('In this browser');
  await sheet().getByRole('button', { name: 'Close' }).click();
  await guest.page.reload();
  await expect
    .poll(() => guest.page.locator('article.panel').nth(1).getByRole('status').first().innerText())
    .toBe('live');
  expect(await first().getByRole('alert').innerText()).toContain(
    'This browser does not hold the model of this link: drop its files on the page, or choose another.',
  );
});

test('weights that lie beside the model are asked for, and open with it', async () => {
  const beside = (name: string) => ({
    name,
    bytes: new Uint8Array(readFileSync(join(import.meta.dirname, `../oracle/beside/${name}`))),
  });
  await drop([beside('vilt.onnx'), tokenizer]);
  await expect.poll(() => sheet().innerText()).toContain('vilt.onnx.data, which did not come along');
  await drop([beside('vilt.onnx.data')]);
  await expect.poll(() => sheet().innerText()).not.toContain('did not come along');
  await sheet().getByRole('button', { name: 'Open left' }).click();
  await expect.poll(() => first().getAttribute('aria-label')).toBe('vilt');
  await settled(guest.page);
  expect(guest.errors).toEqual([]);
});

test('an address of another origin is not fetched: the sheet says why', async () => {
  await guest.page.getByRole('button', { name: 'Own model' }).click();
  await sheet().getByLabel('Or addresses of its files').fill('https://elsewhere.invalid/model.onnx');
  await sheet().getByRole('button', { name: 'Fetch' }).click();
  await expect
    .poll(() => sheet().getByRole('alert').innerText())
    .toContain('This page was built to fetch from its own address only, not from https://elsewhere.invalid');
  expect(foreign(guest.requests, site)).toEqual([]);
});

test('an address of the page’s own origin is fetched', async () => {
  await sheet()
    .getByLabel('Or addresses of its files')
    .fill('zoo/vilt-mini/model.onnx zoo/vilt-mini/tokenizer.json');
  await sheet().getByRole('button', { name: 'Fetch' }).click();
  await expect.poll(() => sheet().innerText()).toContain('8 × 8 cells of a grid');
  expect(guest.errors).toEqual([]);
});
