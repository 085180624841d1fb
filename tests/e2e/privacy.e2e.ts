import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject, test } from 'vitest';
import { startHost } from '../support/host';
import { foreign, visit } from '../support/visit';
import { choosePicture, openTab, pieces, settled, typeCaption } from './page';

declare const trustedTypes: { createPolicy(name: string, rules: object): unknown };

const site = inject('site');

test('the built page has a content security policy without a foreign origin', async () => {
  const guest = await visit(site);
  const meta = guest.page.locator('meta[http-equiv="Content-Security-Policy"]');
  const policy = (await meta.getAttribute('content')) ?? '';
  await guest.close();
  const sources = policy
    .split(';')
    .filter((directive) => !/trusted-types/.test(directive))
    .flatMap((directive) => directive.trim().split(/\s+/).slice(1));
  const local = ["'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", 'blob:', 'data:'];
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain('trusted-types default svelte-trusted-html;');
  expect(sources.filter((source) => !local.includes(source))).toEqual([]);
});

test('what another origin has is refused by the page', async () => {
  const guest = await visit(site);
  await guest.page.evaluate(() => {
    const picture = new Image();
    picture.src = 'https://elsewhere.invalid/x.png';
    document.body.append(picture);
  });
  await expect.poll(() => guest.errors.join('\n')).toContain('Content Security Policy');
  await guest.close();
});

test('no string becomes markup, a script or a worker', async () => {
  const guest = await visit(site, { kept: true });
  const { page } = guest;
  await settled(page);
  const refused = await page.evaluate(async () => {
    const tries: (() => unknown)[] = [
      () => (document.body.innerHTML = '<b>x</b>'),
      () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
      () => document.createRange().createContextualFragment('<b>x</b>'),
      () => (document.createElement('iframe').srcdoc = '<b>x</b>'),
      () => (document.createElement('script').text = 'x'),
      () => (document.createElement('script').src = 'icon.svg'),
      () => new Worker('samples/index.json'),
      () => new Worker('https://elsewhere.invalid/assets/engine.worker-x.js'),
      () => new Worker('blob:x'),
      () => navigator.serviceWorker.register('samples/index.json'),
      () => trustedTypes.createPolicy('another', {}),
    ];
    const outcomes: string[] = [];
    for (const attempt of tries)
      try {
        await attempt();
        outcomes.push('done');
      } catch (error) {
        outcomes.push((error as Error).name);
      }
    return outcomes;
  });
  expect(refused).toEqual(Array.from({ length: 12 }, () => 'TypeError'));
  await guest.close();
});

test('from the second visit on, browsers hold the engine’s worker to the page’s own origin, as they do the page', async () => {
  const away = await startHost(inject('built'), {
    headers: { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' },
  });
  const guest = await visit(site, { kept: true });
  const { page } = guest;
  const asks = async () => {
    await settled(page);
    const engines = page.workers().filter((worker) => worker.url().includes('engine.worker'));
    const tries = engines.map((worker) =>
      worker.evaluate(
        (address) =>
          fetch(address).then(
            ({ status }) => status,
            (error: Error) => error.name,
          ),
        `${away.address}icon.svg`,
      ),
    );
    return Promise.all(tries);
  };
  expect(new Set(await asks())).toEqual(new Set([200]));
  const before = away.asked.length;
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.reload();
  expect(new Set(await asks())).toEqual(new Set(['TypeError']));
  expect(away.asked).toHaveLength(before);
  await typeCaption(page, 'a red dog');
  await settled(page);
  await guest.close();
  await away.stop();
});

test('opened as a file, the page says in one sentence what it needs', async () => {
  const guest = await visit(pathToFileURL(join(inject('built'), 'index.html')).href);
  const said = guest.page.locator('body');
  expect((await said.innerText()).trim()).toMatch(
    /^VLPM Playground opens from a web server and not from a file[^.]*\.\S*[^.]*\.$/,
  );
  await guest.close();
});

test('a full visit asks no other origin for anything', async () => {
  const guest = await visit(site);
  const { page } = guest;
  await settled(page);
  await typeCaption(page, 'a red dog');
  await settled(page);
  await choosePicture(page, 'plain.jpg');
  await settled(page);
  await page.locator('[data-token]', { hasText: 'dog' }).first().click();
  await openTab(page, 'Guess');
  await page.keyboard.press('m');
  await page.getByRole('tabpanel').locator('ol li').first().waitFor();
  await page.waitForLoadState('networkidle');
  expect(guest.requests.some((request) => request.url().endsWith('model.onnx'))).toBe(true);
  expect(foreign(guest.requests, site)).toEqual([]);
  expect(guest.errors).toEqual([]);
  await guest.close();
});

test('captions are read before any model has arrived, and nothing is asked for elsewhere', async () => {
  const guest = await visit(site, {}, (page) => page.route('**/model.onnx', () => {}));
  await expect.poll(() => pieces(guest.page)).not.toEqual([]);
  await typeCaption(guest.page, 'a horse on the moon');
  await expect.poll(() => pieces(guest.page)).toContain('horse');
  expect(foreign(guest.requests, site)).toEqual([]);
  expect(guest.errors).toEqual([]);
  await guest.close();
});
