import { existsSync, readFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'playwright';

/** What the page and its engine hold, after a garbage collection. Bytes, and counts of what the page's heap refers to. */
export interface Held {
  /** Script heaps of the page and of its workers. */
  page: number;
  workers: number;
  /** Memory of the whole renderer process, WebAssembly's included; NaN where the system does not say. */
  process: number;
  nodes: number;
  listeners: number;
}

/** Reads the memory of one page in a Chromium that has no other. */
export class Memory {
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #pid: number | undefined;

  private constructor(page: Page, session: CDPSession, pid: number | undefined) {
    this.#page = page;
    this.#session = session;
    this.#pid = pid;
  }

  static async of(browser: Browser, page: Page): Promise<Memory> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const whole = await browser.newBrowserCDPSession();
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    // The one that has worked most: others are spare.
    const largest = renderers.toSorted((a, b) => residentOf(b) - residentOf(a))[0];
    return new Memory(page, session, largest);
  }

  async read(): Promise<Held> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    const workers = await Promise.all(
      this.#page
        .workers()
        .filter((worker) => /engine\.worker/.test(worker.url()))
        .map((worker) =>
          worker.evaluate(
            () =>
              (performance as Performance & { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ??
              NaN,
          ),
        ),
    );
    return {
      page: value('JSHeapUsedSize'),
      workers: workers.reduce((sum, bytes) => sum + bytes, 0),
      process: this.#pid === undefined ? NaN : residentOf(this.#pid),
      nodes: value('Nodes'),
      listeners: value('JSEventListeners'),
    };
  }
}

/** Resident bytes of a process, from Linux's own count; NaN elsewhere. */
function residentOf(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return NaN;
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : NaN;
}
