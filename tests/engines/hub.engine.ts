import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hubBytes, tinyTokenizer } from '../runtime/own/ownfiles';
import { startHub, type LocalHub } from '../support/hub/server';
import { startHubSite } from '../support/hub/site';
import { inPage, until, type Driver } from './driver';
import { engines } from './engines';
import { look, parts } from './parts';
import { perform, type Step } from './steps';

const id = 'some/clip-ONNX';
const config = { model_type: 'clip', architectures: ['CLIPModel'] };
const text = (value: string) => new TextEncoder().encode(value);
const files = new Map<string, Uint8Array>([
  ['config.json', text(JSON.stringify(config))],
  ['tokenizer.json', text(tinyTokenizer())],
  ['preprocessor_config.json', text('{"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"resample":3}')],
  ['onnx/model.onnx', hubBytes('clip')],
]);
const button = (name: string) => ({ css: 'button', name });

/** Only where the site was built here; Chromium's own are among the end-to-end tests. */
const built = inject('built');
const others = engines().filter(([name]) => name !== 'Chromium');

describe.skipIf(!built).each(others)('%s', (_, start) => {
  let hub: LocalHub;
  let site: Awaited<ReturnType<typeof startHubSite>>;
  let driver: Driver;
  beforeAll(async () => {
    hub = await startHub({ [id]: { files, config, licence: 'mit' } });
    site = await startHubSite(built, hub);
    driver = await start();
  });
  afterAll(async () => {
    await driver?.close();
    await site?.close();
    await hub?.close();
  });
  const follow = async (...way: Step[]) => {
    for (const step of way) await perform(driver, step);
  };

  test('a repository of the Hub is looked up, fetched and opened, or it is said that nothing can be kept', async () => {
    await follow({ resize: [1440, 900] }, { open: `${site.address}hub.html#${id}` });
    const keeps = await driver.evaluate('navigator.storage !== undefined');
    await follow({ click: button('^Look it up') }, { click: button('^Fetch') });
    if (!keeps) {
      const said = async () => (await inPage(driver, look)).alerts;
      await expect.poll(said).toEqual([expect.stringMatching(/^This browser has no file system for pages/)]);
      return;
    }
    await follow({ click: button('^Open in the playground') });
    const dialog = () => inPage(driver, look).catch(() => null);
    await until('the sheet to name the model', async () =>
      (await dialog())?.dialog?.includes(`${id} on the Hub`),
    );
    await follow({ click: parts.openLeft }, { settle: 2 });
    expect((await inPage(driver, look)).panels[0]).toMatchObject({ state: 'live', alert: null });
    expect(await driver.errors()).toEqual([]);
  });
});
