import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { visit } from '../../support/visit';
import { pieces, settled, typeCaption } from '../page';

const site = inject('site');
const single = `${site}#sample=composed-1&model=zoo/vilt-mini`;

/** Lets the test end the page's workers from outside, without a word to the page. */
const reach = (page: Page) =>
  page.addInitScript(() => {
    const made: Worker[] = [];
    window.Worker = new Proxy(Worker, {
      construct(target, args: ConstructorParameters<typeof Worker>) {
        const worker = new target(...args);
        made.push(worker);
        return worker;
      },
    });
    Object.assign(window, { endWorkers: () => made.splice(0).forEach((worker) => worker.terminate()) });
  });
const end = (page: Page) =>
  page.evaluate(() => (window as unknown as { endWorkers: () => void }).endWorkers());

/** Put before the engine's worker: keeps hold of its GPU, or hides the GPU from it. */
const heldGpu = `
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (wanted) {
    return (globalThis.device = await request.call(this, wanted));
  };`;
const goneGpu = 'GPU.prototype.requestAdapter = async () => null;';

test('a worker that is ended while it is idle or runs is replaced, and the page goes on', async () => {
  const guest = await visit(site, {}, reach);
  const { page } = guest;
  await settled(page);
  await end(page);
  await page.getByText('The worker was ended from outside.').waitFor();
  await settled(page);
  await typeCaption(page, 'a tree and a dog');
  await page.waitForTimeout(120);
  await end(page);
  await settled(page);
  expect(await page.getByLabel(/^Caption/).inputValue()).toBe('a tree and a dog');
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('a worker that is ended in a download is replaced, and the download comes to its end', async () => {
  let hold = true;
  const guest = await visit(single, {}, async (page) => {
    await reach(page);
    await page.context().route('**/model.onnx', async (route) => {
      if (hold) return;
      await route.continue();
    });
  });
  const { page } = guest;
  await page.locator('article.panel [data-token]').first().waitFor();
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await page.waitForTimeout(2000);
  hold = false;
  await end(page);
  await settled(page, 1);
  await guest.close();
});

test('a sweep goes on at the head where the worker was ended', async () => {
  const guest = await visit(single, {}, reach);
  const { page } = guest;
  await settled(page, 1);
  await page.getByRole('tab', { name: 'Switch off' }).click();
  const sweep = page.getByRole('region', { name: 'Every head off in turn' });
  await sweep.getByRole('button', { name: 'Measure all heads' }).click();
  await expect.poll(() => sweep.innerText()).toMatch(/[1-9]\d* of 24 heads/);
  await end(page);
  await page.getByText('The worker was ended from outside.').waitFor();
  await sweep.getByRole('button', { name: 'Measure again' }).waitFor();
  expect(await sweep.innerText()).not.toMatch(/Stopped|ended from outside/);
  const saving = page.waitForEvent('download');
  await sweep.getByRole('button', { name: 'Save CSV' }).click();
  const rows = readFileSync(await (await saving).path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(rows).toHaveLength(1 + 24);
  await guest.close();
});

test('a GPU that the address asks for is used; lost in a run it is found again, and one that stays away is made up for by WebAssembly', async () => {
  let isGone = false;
  const guest = await visit(
    `${site}?backend=webgpu#sample=composed-1&model=clip-mini`,
    { gpu: true },
    (page) =>
      page.context().route('**/engine.worker-*.js', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (isGone ? goneGpu : heldGpu) + (await answer.text()) });
      }),
  );
  const { page } = guest;
  const lost = page.getByText(/^The GPU was lost/);
  const badge = page.getByRole('button', { name: /^Web(?:GPU|Assembly)/ });
  await settled(page, 1);
  await badge.click();
  const details = () => page.locator('[popover]:popover-open').innerText();
  await expect.poll(details).toContain('the address asks for it');
  expect(await details()).toMatch(/agrees with PyTorch to \d × 10⁻[⁵-⁹]/);
  await page.keyboard.press('Escape');
  await typeCaption(page, 'a tree and a dog');
  await expect.poll(() => page.locator('article.panel').getAttribute('aria-busy')).toBe('true');
  await (await page.context().browser()!.newBrowserCDPSession()).send('Browser.crashGpuProcess');
  await lost.waitFor();
  await settled(page, 1);
  expect(await pieces(page)).toEqual(['[CLS]', 'a', 'tree', 'and', 'a', 'dog', '[SEP]']);
  expect(await badge.innerText()).toMatch(/^WebGPU/);

  await page.getByRole('button', { name: 'Dismiss' }).click();
  isGone = true;
  await page.workers()[0].evaluate(() => (globalThis as { device?: GPUDevice }).device!.destroy());
  await lost.waitFor();
  await typeCaption(page, 'a dog');
  await settled(page, 1);
  expect(await lost.count()).toBe(1);
  expect(await pieces(page)).toEqual(['[CLS]', 'a', 'dog', '[SEP]']);
  expect(await badge.innerText()).toMatch(/^WebAssembly/);
  await badge.click();
  await page.getByText(/the browser refused a WebGPU adapter/).waitFor();
  await guest.close();
}, 300_000);

/** Waits until the first panel begins to work; a run can be over between two looks from outside. */
async function busyOnce(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((begins) => {
        const panel = document.querySelector('article.panel')!;
        const look = () => panel.getAttribute('aria-busy') === 'true' && begins();
        new MutationObserver(look).observe(panel, { attributes: true });
      }),
  );
}

test('an hour of the machine’s sleep in the middle of a run is no hour of waiting, and the run comes to its end', async () => {
  const guest = await visit(single, {}, (page) => page.clock.install());
  const { page } = guest;
  await settled(page, 1);
  const session = await page.context().newCDPSession(page);
  const begun = busyOnce(page);
  await typeCaption(page, 'a tree and a dog');
  await begun;
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await page.clock.fastForward('01:00:00');
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await page.clock.fastForward('00:00:05');
  expect(await page.getByRole('button', { name: /Keep waiting|Stop/ }).count()).toBe(0);
  await settled(page, 1);
  expect(await pieces(page)).toEqual(['[CLS]', 'a', 'tree', 'and', 'a', 'dog', '[SEP]']);
  await typeCaption(page, 'a dog');
  await expect.poll(() => pieces(page)).toEqual(['[CLS]', 'a', 'dog', '[SEP]']);
  await settled(page, 1);
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('a model whose connection is refused at first is fetched on Retry', async () => {
  let refused = 0;
  const guest = await visit(single, {}, (page) =>
    page
      .context()
      .route('**/vilt-mini/model.onnx', (route) => (refused++ < 1 ? route.abort() : route.continue())),
  );
  const { page } = guest;
  await page.getByRole('button', { name: /Retry/ }).first().click();
  await settled(page, 1);
  await guest.close();
});
