import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { openTab } from '../e2e/page';
import { serveSite } from '../support/site';
import { visit } from '../support/visit';

/**
 * Does in the built page what a visitor does with the folder of a published checkpoint at its full size, with random weights: gives a picture of
 * theirs, opens the folder, chooses a head, switches it off. Prints a row for each recipe named, all without any, and keeps two screenshots of each:
 *
 *     npx tsx tests/bench/visited.ts /where/screenshots/go /a/picture.jpg vilt-answers
 *
 * Weights are made by the Python of `VLPM_PYTHON` or the project's own, and deleted after each.
 */
const minutes = 60_000;
const caption = 'a red dog beside trees';

const panelOf = (page: Page) => page.locator('article.panel').first();

/** Waits until the panel shows a run of its own, or says what went wrong. @throws Error of what the panel says */
async function answered(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const panel = document.querySelector('article.panel');
      const status = panel?.querySelector('[role="status"]')?.textContent;
      return (
        panel?.getAttribute('aria-busy') === 'false' &&
        status !== 'recorded' &&
        !/stale/.test(panel.className)
      );
    },
    undefined,
    { timeout: 15 * minutes },
  );
  const problem = await panelOf(page).getByRole('alert').allInnerTexts();
  if (problem.length) throw new Error(problem.join(' '));
}

interface Walk {
  opened: number;
  ran: number;
  answer: string;
  off: string;
}

/** Walks through the page with the folder of a checkpoint. Times in ms. */
async function walk(address: string, folder: string, picture: string, shots: string): Promise<Walk> {
  const guest = await visit(address);
  const { page } = guest;
  try {
    page.setDefaultTimeout(3 * minutes);
    await page.getByLabel('Picture file').setInputFiles(picture);
    await page.getByLabel(/^Caption/).fill(caption);
    await page.getByLabel('Ask').fill('what is beside the road?');
    await page.getByRole('button', { name: 'Own model' }).click();
    const began = Date.now();
    await page.getByLabel('Folder of the model').setInputFiles(folder);
    const open = page.getByRole('dialog').getByRole('button', { name: /^Open/ }).first();
    await open.click({ timeout: 10 * minutes });
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const opened = Date.now();
    await answered(page);
    const ran = Date.now();
    const panel = panelOf(page);
    const cells = await panel.locator('[data-cell]').all();
    const labels = await Promise.all(
      cells.map(async (cell) => (await cell.getAttribute('aria-label')) ?? ''),
    );
    const mapped = cells.filter((_, i) => !labels[i].includes('no map'));
    await mapped[Math.floor(mapped.length / 2)].click();
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${shots}-looked.png` });
    const verdict = () => panel.locator('header').first().innerText();
    const answer = await verdict();
    await openTab(page, 'Switch off');
    await page
      .getByRole('tabpanel')
      .getByRole('button', { name: /^Switch off/ })
      .first()
      .click();
    await page.waitForTimeout(300);
    await answered(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${shots}-off.png` });
    const off = await page.getByRole('tabpanel').innerText();
    if (guest.errors.length) throw new Error(`the page complained: ${guest.errors.join('; ')}`);
    return { opened: opened - began, ran: ran - opened, answer, off };
  } catch (error) {
    await page.screenshot({ path: `${shots}-failed.png` });
    throw error;
  } finally {
    await guest.close();
  }
}

const brief = (text: string) => text.replace(/\s+/g, ' ').slice(0, 160);

async function main([out, picture, ...named]: readonly string[]): Promise<void> {
  if (!out || !picture) throw new Error('expected a folder for screenshots and a picture');
  const root = join(import.meta.dirname, '../..');
  const recipes = Object.keys(
    JSON.parse(await readFile(join(root, 'models/recipes/index.json'), 'utf8')) as object,
  );
  const python = process.env.VLPM_PYTHON ?? join(root, '.venv/bin/python');
  await mkdir(out, { recursive: true });
  const site = await serveSite();
  for (const name of named.length ? named : recipes) {
    const folder = await mkdtemp(join(tmpdir(), 'vlpm-visited-'));
    try {
      execFileSync(python, ['-m', 'vlpm_export', 'checkpoint', name, folder], {
        cwd: join(root, 'models'),
        stdio: 'ignore',
      });
      const { opened, ran, answer, off } = await walk(
        site.address,
        folder,
        resolve(picture),
        join(out, name),
      );
      const seconds = (time: number) => `${(time / 1000).toFixed(0)} s`;
      console.log(`| ${[name, seconds(opened), seconds(ran), brief(answer), brief(off)].join(' | ')} |`);
    } catch (error) {
      console.log(`| ${name} | ${error instanceof Error ? error.message.split('\n')[0] : String(error)} |`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  await site.close();
  process.exit();
}

await main(process.argv.slice(2));
