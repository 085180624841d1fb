import { ask } from '../atlases';
import { percentile, type Figure } from '../figure';
import { tokens281 } from '../shapes';

const moves = 120;

/** Whether a matrix follows the wheel at 60 frames a second. */
export const figure: Figure = {
  id: 'matrix-281-pan',
  unit: 'ms',
  limit: 16,
  absolute: true,
  async measure(stand) {
    const page = await stand.atlas();
    await ask(page, 'matrix', tokens281);
    await ask(page, 'pans', 20);
    const times = await ask(page, 'pans', moves);
    await page.context().close();
    return {
      value: percentile(times, 0.95),
      how: `281 × 281, zoomed in: 95th percentile of ${moves} moves, the work of the wheel's turn and of its frame; median ${percentile(times, 0.5).toFixed(1)} ms`,
    };
  },
};
