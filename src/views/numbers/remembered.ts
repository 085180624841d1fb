import { Likeness } from '../../state/lens/likeness.svelte';
import type { Lens } from '../../state/lens/lens.svelte';

const known = new WeakMap<Lens, Likeness>();

/** Which heads of a panel do the same; it outlives the tab, and nothing of it is fetched before the tab is. */
export function likenessOf(lens: Lens): Likeness {
  const found =
    known.get(lens) ??
    new Likeness(
      () => lens.panel,
      () => lens.trace,
    );
  known.set(lens, found);
  return found;
}
