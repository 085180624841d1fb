import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { percent } from '../../src/charts/ink/format';
import { readSafetensors } from '../../src/containers/safetensors';
import { checkpoint } from '../runtime/folders';
import { oracleBytes } from '../support/oracle';
import { visit, type Visit } from '../support/visit';
import { typeCaption } from './page';

const oracle = join(import.meta.dirname, '../oracle/published/recipes');
const image = join(import.meta.dirname, '../fixtures/images/plain.png');
/** Of `plain.png`, px. */
const [width, height] = [60, 40];
const regions = 5;
let guest: Visit;

beforeAll(async () => {
  guest = await visit(inject('site'), {}, (page) =>
    page.route('**/recipes/*', async (route) => {
      const name = new URL(route.request().url()).pathname.split('/').at(-1)!;
      await route.fulfill({ body: await readFile(join(oracle, name)) });
    }),
  );
});

afterAll(() => guest.close());

const base64 = (values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');

/** What `models/vlpm_export/regions.py` gave PyTorch, as LXMERT's authors write it. */
function tsv(cells: Record<string, string> = {}): string {
  const each = <T>(make: (i: number) => T) => Array.from({ length: regions }, (_, i) => make(i));
  const corners = each((i) => [i, (2 * i) % 8, 3 + 2 * i, ((2 * i) % 8) + 5].map((side) => side / 16)).flat();
  const vectors = each((i) => Array.from({ length: 16 }, (_, j) => ((7 * i + 3 * j) % 16) / 8)).flat();
  const said: Record<string, string> = {
    img_id: 'plain',
    img_h: String(height),
    img_w: String(width),
    objects_id: '',
    objects_conf: base64(each((i) => 1 - i / 8)),
    attrs_id: '',
    attrs_conf: '',
    num_boxes: String(regions),
    boxes: base64(corners.map((side, i) => side * (i % 2 ? height : width))),
    features: base64(vectors),
    ...cells,
  };
  return `${Object.values(said).join('\t')}\n`;
}

async function drop(files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const carried = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') }));
  const dataTransfer = await guest.page.evaluateHandle((carried) => {
    const transfer = new DataTransfer();
    for (const { name, text } of carried)
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    return transfer;
  }, carried);
  await guest.page.dispatchEvent('main', 'drop', { dataTransfer });
}

const panel = () => guest.page.locator('article.panel').first();
const verdict = () => panel().locator('[data-view="verdict"]').innerText();
const boxes = () => panel().locator('[data-region]');
const alert = () => guest.page.locator('.picture').getByRole('alert').innerText();
const text = (content: string) => new TextEncoder().encode(content);

test('LXMERT without features says that it sees no picture, and how to show it one', async () => {
  const files = await checkpoint('lxmert-pretraining');
  await drop(
    await Promise.all(
      files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    ),
  );
  const sheet = guest.page.getByRole('dialog', { name: 'A model of your own' });
  await sheet.getByRole('button', { name: /Open left/ }).click();
  await typeCaption(guest.page, 'a red dog beside trees');
  await guest.page.locator('[data-word="2"]').click();
  await expect
    .poll(() => panel().innerText())
    .toContain('it sees no picture. Drop a file of its regions (.tsv, .npz, .npy) here.');
  expect(await verdict()).toMatch(/^Given no picture: (fits|does not fit), \d+ %/);
});

test('a picture dropped with its features: boxes on it, with the attention that PyTorch gives them', async () => {
  await drop([
    { name: 'obj36.tsv', bytes: text(tsv()) },
    { name: 'plain.png', bytes: await readFile(image) },
  ]);
  await expect.poll(() => boxes().count()).toBe(regions);
  const { tensors } = readSafetensors(oracleBytes('regions/lxmert-pretraining.safetensors'));
  // The last module in which words look at regions: four heads, seven words, five regions; "dog" is the fourth.
  const last = [...tensors.values()].filter(({ dims }) => dims.join() === `4,7,${regions}`).at(-1)!;
  const mean = Array.from({ length: regions }, (_, region) =>
    [0, 1, 2, 3].reduce((sum, head) => sum + Number(last.data[(head * 7 + 3) * regions + region]) / 4, 0),
  );
  expect(new Set(mean.map(percent)).size).toBeGreaterThan(1);
  await expect
    .poll(async () => {
      const labels = await boxes().evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
      return labels.map((label) => label?.split(': ').at(-1));
    })
    .toEqual(mean.map(percent));
  expect(await verdict()).toMatch(/^(Fits|Does not fit), \d+ %/);
});

test.each<[what: string, cells: Record<string, string>, says: RegExp]>([
  [
    'another picture',
    { img_id: 'other' },
    /^bad\.tsv: expected features of plain\.png, got those of other: /,
  ],
  [
    'another size',
    { img_w: '90' },
    /^bad\.tsv: expected features of a picture of 60 × 40 px, got those of one of 90 × 40 px/,
  ],
  [
    'a box outside',
    { boxes: base64([...Array<number[]>(4).fill([0, 0, 10, 10]).flat(), 0, 0, 99, 10]) },
    /^bad\.tsv: expected box 5 within the 60 × 40 px of the picture, got 0, 0, 99, 10\.$/,
  ],
  ['base64 that is cut short', { features: 'AAAA==A' }, /expected float32 numbers in base64, got 7 letters/],
])('features of %s are refused in a sentence, and those before stay', async (_, cells, says) => {
  await drop([{ name: 'bad.tsv', bytes: text(tsv(cells)) }]);
  await expect.poll(alert).toMatch(says);
  expect(await boxes().count()).toBe(regions);
});

test('features of another width leave a sentence in the panel; good ones run again', async () => {
  await drop([{ name: 'wide.tsv', bytes: text(tsv({ features: base64(Array<number>(5 * 32).fill(1)) })) }]);
  await expect
    .poll(() => panel().getByRole('alert').innerText())
    .toMatch(/takes 16 numbers for each region, and wide\.tsv has 32\./);
  await drop([{ name: 'obj36.tsv', bytes: text(tsv()) }]);
  await expect.poll(() => panel().getByRole('alert').count()).toBe(0);
  await expect.poll(() => boxes().count()).toBe(regions);
});

test('a region is taken away by its key, the model runs on four, and the address brings that back', async () => {
  await panel().getByRole('button', { name: 'Boxes' }).click();
  const list = guest.page.getByRole('dialog', { name: 'Boxes on the picture' });
  expect(await list.innerText()).toContain('5 regions of obj36.tsv.');
  expect(await list.getByRole('button', { name: 'Add a box' }).count()).toBe(0);
  await boxes().nth(4).focus();
  await guest.page.keyboard.press('Delete');
  await expect.poll(() => boxes().count()).toBe(regions - 1);
  await guest.page.locator('[data-word="2"]').click();
  const labels = () => boxes().evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  await expect
    .poll(async () => (await labels()).every((label) => /: [\d.]+ %$/.test(label ?? '')))
    .toBe(true);
  const before = await labels();
  await expect.poll(() => guest.page.url()).toMatch(/features=[0-9a-f]{16}&regions=[\w-]{56}(&|$)/);
  await guest.page.reload();
  await expect.poll(labels, { timeout: 60_000 }).toEqual(before);
  expect(guest.errors).toEqual([]);
});
