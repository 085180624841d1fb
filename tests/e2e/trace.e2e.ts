import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readTraceFile } from '../../src/trace/file';
import { visit } from '../support/visit';
import type { Visit } from '../support/visit';
import { openTab, speakOf, typeCaption } from './page';

const site = inject('site');
let guest: Visit;

const panel = () => guest.page.locator('article.panel').nth(1);
const stateOf = (place: number) =>
  guest.page.locator('article.panel').nth(place).locator('header [role="status"]').innerText();

/** Drops a file of the tests on the page, under another name. */
async function drop(file: string, name: string): Promise<void> {
  const bytes = [...readFileSync(join(import.meta.dirname, '../oracle/trace', file))];
  const dataTransfer = await guest.page.evaluateHandle(
    ([bytes, name]) => {
      const carried = new DataTransfer();
      carried.items.add(new File([Uint8Array.from(bytes)], name));
      return carried;
    },
    [bytes, name] as const,
  );
  await guest.page.dispatchEvent('main', 'drop', { dataTransfer });
}

beforeAll(async () => {
  guest = await visit(site);
  await guest.page.locator('article.panel [data-token]').first().waitFor();
});

afterAll(() => guest.close());

test('a trace opens beside the models, with its own picture and caption', async () => {
  await drop('vilt.npz', 'run.npz');
  await expect.poll(() => stateOf(1)).toBe('imported');
  expect(await panel().locator('header').innerText()).toContain(
    'From run.npz: self-attention, single stream',
  );
  expect((await panel().locator('[data-token] bdi').allTextContents()).join(' ')).toContain(
    'we can see a dog and a tree',
  );
  await panel().locator('[data-token]', { hasText: 'dog' }).click();
  await expect
    .poll(() => panel().getByRole('region', { name: 'Attention on the picture' }).innerText())
    .toContain('“dog” as query: text queries → image keys');
  const heads = panel().getByRole('region', { name: 'All heads' }).getByRole('gridcell');
  expect(await heads.count()).toBe(10);
  expect(
    await panel()
      .getByRole('button', { name: /Mask|Best head|Switch off/ })
      .count(),
  ).toBe(0);
  await heads.nth(6).click();
  await expect.poll(() => panel().getByRole('heading', { name: 'joint 2, head 2' }).count()).toBe(1);
});

test('the model beside it goes on with the page’s own caption', async () => {
  await typeCaption(guest.page, 'a tree and a dog');
  await expect.poll(() => stateOf(0), { timeout: 90_000 }).toBe('live');
  expect(await stateOf(1)).toBe('imported');
  expect((await panel().locator('[data-token] bdi').allTextContents()).join(' ')).toContain(
    'we can see a dog',
  );
});

test('what is saved is the same run', async () => {
  await openTab(guest.page, 'Save');
  await speakOf(guest.page, 'ViLT, random weights');
  for (const kind of ['NPZ', 'safetensors']) {
    const saving = guest.page.waitForEvent('download');
    await guest.page.getByRole('region', { name: 'Save run' }).getByRole('button', { name: kind }).click();
    const saved = await readTraceFile(new Uint8Array(readFileSync(await (await saving).path())));
    const first = await readTraceFile(
      new Uint8Array(readFileSync(join(import.meta.dirname, '../oracle/trace/vilt.npz'))),
    );
    expect(saved).toEqual(first);
  }
});

test('a live run is saved with every head, and opens as that run', async () => {
  await speakOf(guest.page, 'ViLT-mini');
  const saving = guest.page.waitForEvent('download');
  await guest.page.getByRole('region', { name: 'Save run' }).getByRole('button', { name: 'NPZ' }).click();
  const { trace, grid, image } = await readTraceFile(
    new Uint8Array(readFileSync(await (await saving).path())),
  );
  expect(trace.caption).toBe('a tree and a dog');
  expect(trace.attentions.length).toBeGreaterThan(2);
  expect(trace.outputs.match.dims).toEqual([1]);
  expect([grid, image]).toMatchObject([[8, 8], { width: 448, height: 448 }]);
});

test('a file that is no trace is refused in one sentence, and the page goes on', async () => {
  await drop('vilt.safetensors', 'weights.safetensors');
  const told = guest.page.getByText(/^weights\.safetensors: The file has no "meta"/);
  await told.waitFor();
  await guest.page.getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => told.count()).toBe(0);
  expect(await stateOf(1)).toBe('imported');
  expect(guest.errors).toEqual([]);
});
