import { ask } from '../atlases';
import type { Figure } from '../figure';
import { heldBy, megabytes } from '../memory';
import { tokens185 } from '../shapes';

/** How much memory the page takes for a run, of what the run itself has. */
export const figure: Figure = {
  id: 'trace-memory',
  unit: '× the trace',
  limit: 2,
  async measure(stand) {
    const page = await stand.atlas();
    const small = { ...tokens185, heads: 1, joint: 1 };
    // The tabs' code and what they make once are not the run's.
    await ask(page, 'hold', small);
    const before = await heldBy(page);
    const bytes = await ask(page, 'hold', tokens185);
    const after = await heldBy(page);
    await page.context().close();
    return {
      value: (after - before) / bytes,
      how: `${megabytes(after - before)} more in JavaScript's heap, array buffers and elements for ${megabytes(bytes)} of weights, after every view of it was opened and garbage collected`,
    };
  },
};
