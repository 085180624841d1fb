import { shipped } from '../../../src/architectures/manifest';
import { inPage, until } from '../../engines/driver';
import { engines } from '../../engines/engines';
import { median, type Figure } from '../figure';

const rounds = 20;
const row = (name: string, cells: readonly (string | number)[]) =>
  name.padEnd(24) + cells.map((cell) => `${cell}`.padStart(18)).join('');

/** The same warm run, all maps of one stored input on WebAssembly, in every engine that is on this machine. */
export const figure: Figure = {
  id: 'engines',
  unit: 'ms',
  limit: Infinity,
  absolute: true,
  async measure(stand) {
    const address = await stand.engineAddress();
    const table = [row('warm (first) run in ms', shipped)];
    const slowest: number[] = [];
    for (const [, start] of engines()) {
      const driver = await start();
      try {
        await driver.open(address);
        await until('the bench’s page to be ready', () => inPage(driver, () => 'bench' in window));
        const times = await inPage(driver, measure, [...shipped], rounds);
        const warm = times.map(({ warm }) => median(warm));
        slowest.push(Math.max(...warm));
        table.push(
          row(
            driver.name,
            times.map(({ first }, at) => `${warm[at].toFixed(0)} (${first.toFixed(0)})`),
          ),
        );
      } finally {
        await driver.close();
      }
    }
    return {
      value: Math.max(...slowest),
      how: `slowest median of ${rounds} runs with all maps, worker and back, over ${slowest.length} engines and ${shipped.length} models`,
      table,
    };
  },
};

/** Milliseconds of the first run of each model, opening included, and of warm ones. Runs in the page. */
async function measure(ids: string[], rounds: number): Promise<{ first: number; warm: number[] }[]> {
  const run = window.bench.stay('wasm');
  const timed = async (id: string) => {
    const start = performance.now();
    await run(id, 'all');
    return performance.now() - start;
  };
  const times = [];
  for (const id of ids) {
    const first = await timed(id);
    for (let i = 0; i < 5; i++) await timed(id);
    const warm = [];
    for (let i = 0; i < rounds; i++) warm.push(await timed(id));
    times.push({ first, warm });
  }
  return times;
}
