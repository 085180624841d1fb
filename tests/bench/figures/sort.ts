import { ask } from '../atlases';
import { percentile, type Figure } from '../figure';
import { tokens185 } from '../shapes';

const rounds = 5;

/** How long the page takes to sort the table of all heads by another column. */
export const figure: Figure = {
  id: 'sort',
  unit: 'ms',
  limit: 50,
  absolute: true,
  async measure(stand) {
    const page = await stand.atlas();
    await ask(page, 'paint', tokens185);
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) times.push(...(await ask(page, 'sorts')));
    await page.context().close();
    return {
      value: percentile(times, 0.95),
      how: `144 heads: 95th percentile of ${times.length} clicks on column names, to the end of the frame; median ${percentile(times, 0.5).toFixed(1)} ms, worst ${Math.max(...times).toFixed(0)} ms`,
    };
  },
};
