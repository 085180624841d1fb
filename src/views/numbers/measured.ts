import { percent } from '../../charts/ink/format';
import type { HeldOutHeads } from '../../state/set/heldout.svelte';

/** Singular of what a model was measured on. */
const one = { photographs: 'a photograph', 'composed scenes': 'a composed scene' } as const;

/**
 * On what the held-out figures of a model were measured, what they are to be held against, and that a picture of another kind may see less;
 * of a model without a head from one stream to the other, what its similarity does instead.
 */
export function sayMeasured(
  { world, pictures, pointing, naming }: HeldOutHeads,
  name: string,
  similar: boolean,
  apart: boolean,
): string {
  const on = `${pictures.toLocaleString('en')} held-out ${world}`;
  const beside = apart
    ? `, none of them ${one[world === 'photographs' ? 'composed scenes' : 'photographs']}`
    : '';
  const { chance, centre, ceiling } = pointing;
  const middle = centre === undefined ? '' : `, the middle of the picture ${percent(centre)}`;
  if (similar) {
    const [points, names] = [pointing, naming].map(({ modules }) => Object.values(modules)[0].value[0]);
    return (
      `No head of ${name} looks from words to the picture or back, so none points or names. ` +
      `Its similarity does: on ${on}${beside}, it points right in ${percent(points)} (chance ${percent(chance)}${middle}) ` +
      `and names right in ${percent(names)} (chance ${percent(naming.chance)}).`
    );
  }
  const most =
    ceiling === undefined
      ? ''
      : ` Of ${percent(1 - ceiling)} of the phrases the detector has no box that fits: no head points better than ${percent(ceiling)}.`;
  return (
    `Pointing, specificity and naming were measured on ${on} (chance: pointing ${percent(chance)}${middle}; ` +
    `naming ${percent(naming.chance)})${beside ? `${beside}: on this picture a head may do less` : ''}.${most}`
  );
}
