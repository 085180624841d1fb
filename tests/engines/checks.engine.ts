import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checks, looks, stored, type Check } from './checks';
import { inPage, type Driver } from './driver';
import { engines } from './engines';
import { look, parts } from './parts';
import { crash, perform, saved, type Step } from './steps';
import { differ } from './stored';

const site = inject('site');
/** Where pictures of each engine go when they are to be looked at. */
const pictures = process.env.VLPM_PICTURES;
const folder = mkdtempSync(join(tmpdir(), 'vlpm-engines-'));
const picture = join(folder, 'stored.png');
writeFileSync(picture, stored.picture);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settled = (step: Step): Step =>
  'choose' in step && step.file === 'stored.png' ? { ...step, file: picture } : step;

describe.each(engines())('%s', (engine, start) => {
  let driver: Driver;
  // Firefox keeps no page whole whose worker holds a lock; it loads it again.
  const isWhole = engine !== 'Firefox';
  beforeAll(async () => {
    driver = await start();
    console.log(`${engine}: ${driver.name}`);
  });
  afterAll(() => driver?.close());

  const shoot = async (name: string) => {
    if (!pictures) return;
    // Colours fade over.
    await new Promise((done) => setTimeout(done, 400));
    mkdirSync(pictures, { recursive: true });
    writeFileSync(
      join(pictures, `${engine}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`),
      await driver.screenshot(),
    );
  };

  const check = async ({ name, does, sees }: Check) => {
    for (const step of does) await perform(driver, settled(step));
    if (sees) await expect.poll(() => inPage(driver, look)).toMatchObject(sees);
    await shoot(name);
  };

  // All go on in the page that the one before has left.
  test.each(checks(site))('$name', check);

  test('the back button brings the page back as it was, and it works on', async () => {
    await perform(driver, { fill: parts.caption, with: 'a dog' });
    await perform(driver, { settle: 2 });
    await expect.poll(() => driver.evaluate('location.hash')).toContain('caption=a+dog');
    await driver.evaluate(
      `void addEventListener('pageshow', ({ persisted }) => (globalThis.persisted = persisted))`,
    );
    // A page with an icon of its own: beside a bare picture a browser asks for a favicon that there is none of.
    await driver.open(`${site}hub.html`);
    await driver.back();
    await perform(driver, { settle: 2 });
    expect(await driver.evaluate('globalThis.persisted ?? false')).toBe(isWhole);
    await expect
      .poll(() => inPage(driver, look))
      .toMatchObject({ caption: 'a dog', alerts: [], notices: [] });
    await perform(driver, { fill: parts.caption, with: 'a tree and a dog' });
    await perform(driver, { settle: 2 });
    expect((await inPage(driver, look)).panels[0].pieces).toContain('tree');
  });

  test('saved runs of both models are PyTorch’s answers to the stored input, score and maps of all heads, and open again', async () => {
    await perform(driver, { choose: parts.pictureFile, file: picture });
    await expect.poll(async () => (await inPage(driver, look)).input).toContain('stored.png');
    const further: Step[] = [
      { fill: parts.caption, with: stored.caption },
      { settle: 2 },
      { clickIfThere: parts.tab('Save') },
    ];
    for (const step of further) await perform(driver, step);
    const runs: { id: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
    for (const [id, name] of [
      ['vilt-mini', 'ViLT-mini'],
      ['meter-mini', 'METER-mini'],
    ]) {
      await perform(driver, { clickIfThere: parts.about(name) });
      const bytes = await saved(driver, { click: parts.save('NPZ') });
      const { heads, score, maps } = await differ(bytes, id);
      expect([id, heads]).toEqual([id, true]);
      expect(score, id).toBeLessThan(1e-4);
      expect(maps, id).toBeLessThan(1e-4);
      runs.push({ id, bytes });
    }
    const pieces = ['[CLS]', ...stored.caption.split(' '), '[SEP]'];
    // A run goes to the last panel that still holds a model.
    const opened = runs.map(({ id }) => ({ name: id, state: 'imported', pieces }));
    for (const [at, panels] of [[{}, opened[0]], opened.toReversed()].entries()) {
      const { id, bytes } = runs[at];
      await perform(driver, { drop: [{ name: `${id}.npz`, bytes }], onto: parts.drop });
      await expect.poll(() => inPage(driver, look)).toMatchObject({ panels });
    }
  });

  test.each(looks(site))('$name', check);

  test('nothing went wrong behind the page', async () => {
    const errors = (await driver.errors()).filter((error) => !crash.test(error));
    // As one text: of a list, a summary says only how long it is.
    expect(errors.join('\n')).toBe('');
  });
});
