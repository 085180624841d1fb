import { ask } from '../atlases';
import type { Figure } from '../figure';
import { heldBy, megabytes } from '../memory';
import { fetchLibraries, openPeer, pythonWithBertviz, writePeer } from '../peer';
import { tokens185 } from '../shapes';

/** s that bertviz may take. */
const patience = 60;

/** Side of the square of patches, the largest first: a run that bertviz cannot draw in time gives way to the next. */
const grids = [13, 8, 5];

/** How soon every head of a run is seen here, over how soon bertviz's model view shows it in the same Chromium. */
export const figure: Figure = {
  id: 'peer-bertviz',
  unit: '× its time',
  limit: 1,
  absolute: true,
  optional: true,
  async measure(stand) {
    const python = pythonWithBertviz();
    if (!python)
      return {
        value: Number.NaN,
        how: 'not measured: it needs a Python with bertviz (pip install bertviz) in .venv or at VLPM_PYTHON',
      };
    const modules = await fetchLibraries();
    const lost: string[] = [];
    for (const side of grids) {
      const shape = { ...tokens185, grid: [side, side] as const };
      const tokens = side * side + 16;
      const folder = await writePeer(python, shape);
      const page = await stand.page();
      const theirs = await openPeer(page, folder, modules, patience).catch(() => null);
      const held = theirs === null ? 0 : await heldBy(page);
      await page
        .context()
        .close()
        .catch(() => {});
      if (theirs === null) {
        lost.push(`${tokens} tokens: nothing after ${patience} s`);
        continue;
      }
      const own = await stand.atlas();
      await ask(own, 'paint', shape);
      const ours = (await own.evaluate(() => performance.now())) / 1000;
      const memory = await heldBy(own);
      await own.context().close();
      return {
        value: ours / theirs,
        how: `12 layers of 12 heads on ${tokens} tokens, from the visit to the first picture: ${ours.toFixed(2)} s and ${megabytes(memory)} here, ${theirs.toFixed(2)} s and ${megabytes(held)} in bertviz${lost.length ? ` (of ${lost.join(', of ')})` : ''}`,
      };
    }
    throw new Error(`expected bertviz to draw a run, it drew none: ${lost.join(', ')}`);
  },
};
