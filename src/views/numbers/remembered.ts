import { Likeness } from '../../state/lens/likeness.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import { Numbers } from '../../state/lens/numbers.svelte';
import type { Playground } from '../../state/playground.svelte';

const numbers = new WeakMap<Playground, Numbers>();
const likenesses = new WeakMap<Lens, Likeness>();

function kept<K extends object, V>(where: WeakMap<K, V>, key: K, make: () => V): V {
  const found = where.get(key) ?? make();
  where.set(key, found);
  return found;
}

/** How a session's table is looked at: it outlives the tab, and nothing of it is fetched before the tab is. */
export const numbersOf = (playground: Playground): Numbers => kept(numbers, playground, () => new Numbers());

/** Which heads of a panel do the same. */
export const likenessOf = (lens: Lens): Likeness =>
  kept(
    likenesses,
    lens,
    () =>
      new Likeness(
        () => lens.panel,
        () => lens.trace,
      ),
  );
