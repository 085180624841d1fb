/**
 * `npm run soak [-- --minutes N]`: uses the built page as a visitor would, without end, and prints what page and workers hold as a curve: a
 * line every 25 inputs. Ends with status 1 when the page complained, or when it holds a fifth more at the end than at the 100th input.
 */
import { serveSite } from '../support/site';
import { startBrowser } from '../support/visit';
import { Memory, type Held } from './memory';
import { act } from './visitor';

const every = 25;
/** Inputs until all that is kept once is there: sessions, recordings, compiled code. */
const warm = 100;
const growth = 1.2;
/**
 * Text nodes that Chromium keeps for a field, one for each text that was filled in, so that it can be undone: an empty page with nothing but a
 * field holds 1,000 of them after 1,030 and after 1,300.
 */
const undoable = 1000;

interface Line extends Held {
  input: number;
  /** Median milliseconds from an input to its answers since the line before. */
  time: number;
}

const mega = (bytes: number) => (Number.isNaN(bytes) ? '–' : (bytes / 1e6).toFixed(1)).padStart(9);

function print(line: Line): void {
  const { input, page, workers, process, nodes, listeners, time } = line;
  const counts = [nodes, listeners].map((count) => String(count).padStart(8)).join('');
  const bar = '▏'.repeat(Math.round(page / 1e6));
  console.log(
    `${String(input).padStart(6)}${mega(page)}${mega(workers)}${mega(process)}${counts}${time.toFixed(0).padStart(8)}  ${bar}`,
  );
}

function minutesOf(words: readonly string[]): number {
  const minutes = words[0] === '--minutes' ? Number(words[1]) : words.length ? NaN : 10;
  if (!(minutes > 0)) throw new Error('Usage: npm run soak -- --minutes N');
  return minutes;
}

async function main(minutes: number): Promise<number> {
  const site = await serveSite();
  const browser = await startBrowser(false, true);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(site.address);
    await page.locator('[data-picture="drawn"]').first().waitFor();
    const memory = await Memory.of(browser, page);
    const lines: Line[] = [];
    const times: number[] = [];
    const end = performance.now() + minutes * 60_000;
    console.log(' input  page MB  work MB  proc MB   nodes  listen      ms');
    for (let input = 1; performance.now() < end; input++) {
      const start = performance.now();
      await act(page, input);
      times.push(performance.now() - start);
      if (input % every !== 0) continue;
      const time = times.splice(0).toSorted((a, b) => a - b)[every >> 1];
      const held = await memory.read();
      lines.push({ input, time, ...held, nodes: held.nodes - Math.min(input, undoable) });
      print(lines.at(-1)!);
    }
    return verdict(lines, complaints);
  } finally {
    await browser.close();
    await site.close();
  }
}

function verdict(lines: readonly Line[], complaints: readonly string[]): number {
  for (const complaint of new Set(complaints)) console.log(`✗ ${complaint}`);
  const [first, last] = [lines.find(({ input }) => input >= warm), lines.at(-1)];
  if (!first || !last || first === last) {
    console.log(
      `expected more than ${warm + every} inputs to compare, got ${last?.input ?? 0}: give it more minutes`,
    );
    return complaints.length ? 1 : 0;
  }
  const grown = (['page', 'workers', 'process', 'nodes', 'listeners'] as const).filter(
    (what) => last[what] > growth * first[what],
  );
  for (const what of grown)
    console.log(`✗ ${what}: ${first[what]} at input ${first.input}, ${last[what]} at ${last.input}`);
  if (!grown.length) console.log(`✓ flat from input ${first.input} to ${last.input}`);
  return grown.length || complaints.length ? 1 : 0;
}

try {
  process.exitCode = await main(minutesOf(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
