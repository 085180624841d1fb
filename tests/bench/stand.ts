import type { Browser, Page } from 'playwright';
import { serveSite, type Site } from '../support/site';
import { startBrowser } from '../support/visit';

/** tsx wraps named functions in a call of this; functions that are sent to a page or worker need it there. */
export const named = 'globalThis.__name = (made) => made';

/** What the figures share: two builds and two browsers, each made when first asked for. */
export class Stand {
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #made = new Map<string, Promise<unknown>>();

  /** The site as visitors get it. */
  site(): Promise<Site> {
    return this.#once('site', serveSite, (site) => site.close());
  }

  /** A page in a Chromium of its own, with no site opened; with `gpu`, WebGPU on SwiftShader. */
  async page(gpu = false): Promise<Page> {
    const browser = await this.#browser(gpu);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addInitScript(named);
    return context.newPage();
  }

  /** Address of `page.html`, which holds the engine and nothing to look at. */
  async engineAddress(): Promise<string> {
    return this.#serve('tests/bench/page.html');
  }

  /** That page, open in a Chromium. */
  engine(gpu = false): Promise<Page> {
    return this.#bench('tests/bench/page.html', gpu);
  }

  /** `checkpoint/page.html`, which takes the files of checkpoints, with these files chosen, open in a page. */
  async checkpoints(paths: readonly string[]): Promise<Page> {
    const page = await this.#bench('tests/bench/checkpoint/page.html');
    await page.setInputFiles('input', [...paths]);
    return page;
  }

  /** `atlas.html`, the whole page without a model, to which runs of any shape can be given, open in a page. */
  atlas(): Promise<Page> {
    return this.#bench('tests/bench/atlas.html');
  }

  async #serve(file: string): Promise<string> {
    const site = await this.#once(
      file,
      () => serveSite([file]),
      (site) => site.close(),
    );
    return new URL(file, site.address).href;
  }

  async #bench(file: string, gpu = false): Promise<Page> {
    const address = await this.#serve(file);
    const page = await this.page(gpu);
    await page.goto(address);
    await page.waitForFunction(() => 'bench' in window);
    return page;
  }

  /** Milliseconds of a fixed loop of arithmetic in this machine's Chromium: the median of five. */
  calibration(): Promise<number> {
    return this.#once('calibration', async () => {
      const page = await this.page();
      const times = await page.evaluate(() => {
        let sum = 0;
        const once = () => {
          const start = performance.now();
          for (let i = 0; i < 5e6; i++) sum += Math.sqrt(i ^ (sum & 1));
          return performance.now() - start;
        };
        return [once(), once(), once(), once(), once()];
      });
      await page.context().close();
      return times.toSorted((a, b) => a - b)[2];
    });
  }

  async close(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }

  #browser(gpu: boolean): Promise<Browser> {
    return this.#once(
      `browser ${gpu}`,
      () => startBrowser(gpu, true),
      (browser) => browser.close(),
    );
  }

  #once<T>(name: string, make: () => Promise<T>, end?: (made: T) => Promise<void>): Promise<T> {
    let made = this.#made.get(name) as Promise<T> | undefined;
    if (!made) {
      made = make();
      this.#made.set(name, made);
      if (end) this.#ends.push(async () => end(await (made as Promise<T>)));
    }
    return made;
  }
}
