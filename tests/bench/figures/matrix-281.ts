import { ask } from '../atlases';
import { median, type Figure } from '../figure';
import { tokens281 } from '../shapes';

const runs = 9;

/** How soon the whole matrix of a head is painted once its tab is chosen. */
export const figure: Figure = {
  id: 'matrix-281',
  unit: 'ms',
  limit: 100,
  absolute: true,
  async measure(stand) {
    const page = await stand.atlas();
    const times: number[] = [];
    for (let i = 0; i < runs; i++) times.push(await ask(page, 'matrix', tokens281));
    await page.context().close();
    return {
      value: median(times),
      how: `281 × 281: median of ${runs} from the choice of the tab, whose code is there, to the end of the frame; best ${Math.min(...times).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms`,
    };
  },
};
