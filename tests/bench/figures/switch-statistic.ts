import { percentile, type Figure } from '../figure';
import { ask } from '../atlases';
import { tokens185 } from '../shapes';

const rounds = 4;

/** How long the page takes to show another figure in all cells of an atlas. */
export const figure: Figure = {
  id: 'switch-statistic',
  unit: 'ms',
  limit: 50,
  absolute: true,
  async measure(stand) {
    const page = await stand.atlas();
    await ask(page, 'paint', tokens185);
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) times.push(...(await ask(page, 'switches')));
    await page.context().close();
    return {
      value: percentile(times, 0.95),
      how: `12 layers of 12 heads on 185 tokens: 95th percentile of ${times.length} changes, the first of which works the figures out, to the end of the frame; worst ${Math.max(...times).toFixed(0)} ms`,
    };
  },
};
