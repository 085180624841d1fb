import { Likeness } from '../../state/lens/likeness.svelte';
import type { Numbers } from '../../state/lens/numbers.svelte';
import type { Lens } from '../../state/lens/lens.svelte';

/** Whether there are recorded runs of every sample of what a panel shows: only models that ship have them. */
export const hasSamples = ({ panel }: Lens): boolean => panel.folder.startsWith('zoo/') && !panel.imported;

const known = new WeakMap<Lens, Likeness>();

/** Which heads of a panel do the same; it outlives the tab, and nothing of it is fetched before the tab is. */
export function likenessOf(lens: Lens, numbers: Numbers): Likeness {
  const found =
    known.get(lens) ??
    new Likeness(
      () => lens.panel,
      () => lens.trace,
      () => (hasSamples(lens) ? numbers.kin : 'run'),
    );
  known.set(lens, found);
  return found;
}
