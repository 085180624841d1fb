import type { Lens } from './lens.svelte';
import type { Selection } from './selection.svelte';

/** A caption without the word that was selected: its last word takes the place, so that there is a map to see. */
export function reselect(all: readonly Lens[], selection: Selection, caption: string): void {
  const lenses = all.filter(({ trace }) => trace?.caption === caption);
  if (!lenses.length || lenses.some((lens) => lens.locate(selection.selected).length)) return;
  const last = lenses[0].tokens.findLast(({ text = '', word }) => word !== undefined && /\p{L}/u.test(text));
  if (last?.word !== undefined) selection.selectWord(last.word);
}
