import { largest } from '../../charts/ink/format';
import type { Lens } from '../../state/lens/lens.svelte';

/** The largest weight of all small maps of all models: the end of a scale that they share. */
export function commonMax(lenses: readonly Lens[]): number {
  let top = 0;
  for (const lens of lenses)
    lens.trace?.attentions.forEach(({ heads }, attention) => {
      for (let head = 0; head < heads; head++)
        top = Math.max(top, largest(lens.thumb(attention, head)?.weights ?? []));
    });
  return top;
}
