import type { Page, Worker } from 'playwright';
import type { Figure } from '../figure';
import { named } from '../stand';

interface Count {
  buffers: number;
  bytes: number;
}

/** In how many GPU buffers all maps of a run come back: each is one more wait for the GPU. */
export const figure: Figure = {
  id: 'readbacks',
  unit: 'buffers',
  limit: 2,
  async measure(stand) {
    const page = await stand.engine(true);
    await page.evaluate(() => void (window.staying = window.bench.stay('webgpu')));
    const counts = [];
    for (const id of await page.evaluate(() => window.bench.shipped)) {
      for (const attentions of ['none', 'all'] as const) await run(page, id, attentions);
      const worker = engineOf(page);
      await worker.evaluate(named);
      await worker.evaluate(watch);
      const bare = await counted(worker, () => run(page, id, 'none'));
      const full = await counted(worker, () => run(page, id, 'all'));
      counts.push({ id, buffers: full.buffers - bare.buffers, bytes: full.bytes - bare.bytes });
    }
    await page.context().close();
    const each = counts.map(({ id, buffers, bytes }) => `${id} ${buffers} (${bytes} bytes)`).join(', ');
    return {
      value: Math.max(...counts.map(({ buffers }) => buffers)),
      how: `buffers mapped by a run with all maps, less those of a run without any; ${each}`,
    };
  },
};

const run = (page: Page, id: string, attentions: 'all' | 'none') =>
  page.evaluate(([id, attentions]) => window.staying?.(id, attentions), [id, attentions] as const);

function engineOf(page: Page): Worker {
  const worker = page.workers().find((worker) => worker.url().includes('engine.worker'));
  if (!worker)
    throw new Error(
      `expected an engine worker, found ${page
        .workers()
        .map((w) => w.url())
        .join(', ')}`,
    );
  return worker;
}

async function counted(worker: Worker, work: () => Promise<void>): Promise<Count> {
  const take = () =>
    worker.evaluate(() => {
      const scope = self as unknown as { mapped: Count };
      const count = scope.mapped;
      scope.mapped = { buffers: 0, bytes: 0 };
      return count;
    });
  await take();
  await work();
  return take();
}

/** Counts the GPU buffers that the worker maps for reading. */
function watch(): void {
  const scope = self as unknown as { mapped?: Count };
  if (scope.mapped) return;
  scope.mapped = { buffers: 0, bytes: 0 };
  const map = Reflect.get(GPUBuffer.prototype, 'mapAsync') as (...request: unknown[]) => Promise<undefined>;
  const forReading = 1; // GPUMapMode.READ, which TypeScript's types lack
  GPUBuffer.prototype.mapAsync = function (mode, offset, size) {
    if (mode === forReading && scope.mapped) {
      scope.mapped.buffers++;
      scope.mapped.bytes += size ?? this.size;
    }
    return map.call(this, mode, offset, size);
  };
}
