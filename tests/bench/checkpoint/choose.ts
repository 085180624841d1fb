import type { Page } from 'playwright';
import type { Stand } from '../stand';
import type { CheckpointBench } from './page';

/** Chooses files in a page of its own, asks `page.ts` for something, and looks at that page before it is closed. */
export async function choose<T>(
  stand: Stand,
  paths: readonly string[],
  ask: (bench: CheckpointBench) => Promise<T>,
  look: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  const page = await stand.checkpoints(paths);
  try {
    const said = (await page.evaluate(`(${ask.toString()})(window.bench)`)) as T;
    await look(page);
    return said;
  } finally {
    await page.context().close();
  }
}
