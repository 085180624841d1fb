import type { Page, Route } from 'playwright';
import { expect, inject, test } from 'vitest';
import { visit } from '../support/visit';
import { settled } from './page';

const site = inject('site');
const broken = '**/zoo/vilt-mini/model.onnx';

const panel = (page: Page, place: number) => page.locator('article.panel').nth(place);
const statusOf = (page: Page, place: number) => panel(page, place).locator('.state').innerText();

/** Answers with the file after `change`. */
const changed = (change: (bytes: Buffer) => Buffer) => async (route: Route) => {
  const response = await route.fetch();
  await route.fulfill({ response, body: change(await response.body()) });
};

test.each<[string, (route: Route) => Promise<void>, RegExp]>([
  ['is missing', (route) => route.fulfill({ status: 404 }), /model\.onnx: expected a file at .*404/],
  ['cannot be reached', (route) => route.abort(), /model\.onnx: expected a file at .*no answer/],
  ['is cut short', changed((bytes) => bytes.subarray(0, 1000)), /model\.onnx: expected [\d,]+ bytes, got /],
  [
    'was changed',
    changed((bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes[bytes.length - 1] ^ 1])])),
    /model\.onnx: expected the sha256 /,
  ],
])(
  'a model file that %s: its panel says so, the other runs, and Retry helps',
  async (_, answer, sentence) => {
    const guest = await visit(site, {}, (page) => page.route(broken, answer));
    const { page } = guest;
    const alert = panel(page, 0).getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(sentence);
    await expect.poll(() => statusOf(page, 1)).toBe('live');
    await page.unroute(broken);
    await panel(page, 0).getByRole('button', { name: 'Retry' }).click();
    await settled(page);
    await guest.close();
  },
);

test.each<[what: string, gpu: boolean, why: RegExp]>([
  ['without a WebGPU adapter', false, /WebAssembly, because .*WebGPU.*\./],
  ['beside an emulated WebGPU adapter that the address does not ask for', true, /emulated in software/],
])('%s models run on WebAssembly, and the badge says why', async (_, gpu, why) => {
  const guest = await visit(`${site}#sample=composed-1&model=zoo/clip-mini`, { gpu });
  await settled(guest.page, 1);
  await guest.page.getByRole('button', { name: /^WebAssembly/ }).click();
  await expect.poll(() => guest.page.locator('[popover]:popover-open').innerText()).toMatch(why);
  await guest.close();
});
