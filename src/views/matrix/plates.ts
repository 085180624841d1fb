import { combine } from '../../attention/aggregate';
import { seesKey } from '../../attention/rows';
import type { AxisToken, Cells } from '../../charts/matrix/matrix';
import type { Second } from '../../state/lens/matrix.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import type { HeadChoice, Target } from '../../state/lens/selection.svelte';
import type { Attention, Slice } from '../../trace/trace';
import { shortOf, titleOf } from '../head/tokens';

/** A head ready to be drawn as a matrix. */
export interface Plate {
  /** "joint 3, head 2" */
  title: string;
  cells: Cells;
  queries: readonly AxisToken[];
  keys: readonly AxisToken[];
  module: Attention;
}

/** One head of the run that a panel shows, whatever is selected; null where the run has no such head. */
export function plateOf(lens: Lens, choice: HeadChoice | null): Plate | null {
  const { trace, attentions } = lens;
  const own = choice && attentions[choice.attention];
  if (!trace || !choice || !own?.weights) return null;
  const mean = choice.head === 'mean' && own.heads > 1;
  const module = mean ? combine(attentions, [choice], 'mean') : own;
  if (!module?.weights) return null;
  const [rows, columns] = [module.queries[1] - module.queries[0], module.keys[1] - module.keys[0]];
  const at = typeof choice.head === 'number' ? choice.head : 0;
  const data = module.weights.data.subarray(at * rows * columns, (at + 1) * rows * columns);
  return {
    title: titleOfHead(own, choice),
    cells: { rows, columns, data, seen: seenOf(module) },
    queries: axisOf(lens, module.queries),
    keys: axisOf(lens, module.keys),
    module,
  };
}

/** "joint 3, head 2", "joint 3, mean of heads", "rollout of 12 modules" */
export function titleOfHead({ name, heads }: Attention, { head }: HeadChoice): string {
  if (head === 'mean') return `${name}, mean of heads`;
  return heads === 1 ? name : `${name}, head ${head + 1}`;
}

/** The value of an entry in the list of heads that can stand beside another. */
export const idOf = (second: 'next' | 'none' | Second): string =>
  typeof second === 'string' ? second : `${second.slot}.${second.head}.${second.attention}`;

/** As `idOf` wrote it. */
export function besideOf(id: string): 'next' | 'none' | Second {
  if (id === 'next' || id === 'none') return id;
  const [slot, head, ...name] = id.split('.');
  return {
    slot: Number(slot),
    attention: name.join('.'),
    head: head === 'mean' ? 'mean' : Number(head),
  };
}

function axisOf(lens: Lens, [start, end]: Slice): AxisToken[] {
  return Array.from({ length: end - start }, (_, i) => ({
    title: titleOf(lens, start + i),
    short: shortOf(lens, start + i),
    stream: lens.tokens[start + i]?.stream ?? 'query',
  }));
}

function seenOf(module: Attention): Uint8Array | null {
  const { visible, queries, keys } = module;
  if (visible === 'all') return null;
  const [rows, columns] = [queries[1] - queries[0], keys[1] - keys[0]];
  return Uint8Array.from({ length: rows * columns }, (_, i) =>
    seesKey(module, queries[0] + Math.floor(i / columns), keys[0] + (i % columns)) ? 1 : 0,
  );
}

/** How a position is named in every panel: its word, or its place in the picture; null for those that have neither. */
export function targetAt(lens: Lens, position: number): Target | null {
  const word = lens.wordAt(position);
  if (word) return word;
  const patch = lens.places.image.indexOf(position);
  const point = patch < 0 ? null : lens.middle(patch);
  return point && { point, picture: lens.picture || undefined };
}
