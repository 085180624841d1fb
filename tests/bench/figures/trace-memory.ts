import type { CDPSession } from 'playwright';
import { ask } from '../atlases';
import type { Figure } from '../figure';
import { tokens185 } from '../shapes';

/** How much memory the page takes for a run, of what the run itself has. */
export const figure: Figure = {
  id: 'trace-memory',
  unit: '× the trace',
  limit: 2,
  async measure(stand) {
    const page = await stand.atlas();
    const session = await page.context().newCDPSession(page);
    const small = { ...tokens185, heads: 1, joint: 1 };
    // The tabs' code and what they make once are not the run's.
    await ask(page, 'hold', small);
    const before = await held(session);
    const bytes = await ask(page, 'hold', tokens185);
    const after = await held(session);
    await page.context().close();
    const megabytes = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
    return {
      value: (after - before) / bytes,
      how: `${megabytes(after - before)} more in JavaScript's heap, array buffers and elements for ${megabytes(bytes)} of weights, after every view of it was opened and garbage collected`,
    };
  },
};

/** Bytes in use: JavaScript's heap, the browser's objects behind it, and the contents of array buffers. */
async function held(session: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const usage = (await session.send('Runtime.getHeapUsage')) as Record<string, number>;
  return usage.usedSize + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0);
}
