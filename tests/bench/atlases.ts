import type { Page } from 'playwright';
import type { Shape } from '../support/traces';
import type { AtlasBench } from './atlas';
import { median } from './figure';
import type { Figure } from './figure';

const runs = 9;

/** Has the page of `atlas.html` do something of its bench. */
export const ask = <K extends keyof AtlasBench>(page: Page, name: K, ...given: Parameters<AtlasBench[K]>) =>
  page.evaluate(
    ([name, given]) => {
      const { bench } = window as unknown as { bench: Record<string, (...given: unknown[]) => unknown> };
      return bench[name](...given);
    },
    [name, given] as const,
  ) as ReturnType<AtlasBench[K]>;

/** How soon every head of a model can be seen once its run is there. */
export function atlasFigure(id: string, limit: number, shape: Shape, tokens: number): Figure {
  return {
    ...{ id, limit, unit: 'ms', absolute: true },
    async measure(stand) {
      const page = await stand.atlas();
      const times: number[] = [];
      for (let i = 0; i < runs; i++) times.push(await ask(page, 'paint', shape));
      await page.context().close();
      return {
        value: median(times),
        how: `12 layers of 12 heads on ${tokens} tokens: median of ${runs} runs from their arrival to the end of the frame, best ${Math.min(...times).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms`,
      };
    },
  };
}
