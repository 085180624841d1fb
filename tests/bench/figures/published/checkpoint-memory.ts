import { existsSync, readFileSync } from 'node:fs';
import { choose } from '../../checkpoint/choose';
import { filesIn, makeCheckpoint } from '../../checkpoint/make';
import type { Figure } from '../../figure';
import type { Stand } from '../../stand';

/** The most memory that the page's process takes to open a published checkpoint and show its first maps, over the size of its weights. */
export const figure: Figure = {
  id: 'checkpoint-memory',
  unit: '×',
  limit: 2.2,
  optional: true,
  async measure(stand) {
    if (!existsSync('/proc/self/status'))
      return { value: Number.NaN, how: 'only Linux says what a process had at most' };
    const { folder, bytes } = makeCheckpoint('vilt-match');
    const empty = await most(stand, [], (bench) => bench.warm());
    const peak = await most(stand, filesIn(folder), (bench) => bench.open());
    const size = (count: number) => `${(count / 1e6).toFixed(0)} MB`;
    return {
      value: (peak - empty) / bytes,
      how: `Chromium's process of the page: ${size(peak)} at most, ${size(empty)} with a small model alone, for ${size(bytes)} of weights`,
    };
  },
};

/** The most bytes that the process of a page had in memory while it did something. */
async function most(stand: Stand, paths: string[], ask: Parameters<typeof choose>[2]): Promise<number> {
  let peak = 0;
  await choose(stand, paths, ask, async (page) => {
    const session = await page.context().browser()!.newBrowserCDPSession();
    const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
      processInfo: { type: string; id: number }[];
    };
    const peaks = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]);
    peak = Math.max(...peaks.map((kilobytes) => 1024 * Number(kilobytes)));
    await session.detach();
  });
  return peak;
}
