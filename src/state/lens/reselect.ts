import type { Lens } from './lens.svelte';

/**
 * A caption without the word that was selected: its last word takes the place, so that there is a map to see.
 * @returns its index; null while the selected word is there, and where nothing was run of the caption
 */
export function lostWord(lenses: readonly Lens[], caption: string): number | null {
  const read = lenses.filter(({ trace }) => trace?.caption === caption);
  const has = (lens: Lens) => {
    const { selected } = lens.selection;
    return lens.locate(selected, selected?.picture ?? lens.picture).length > 0;
  };
  if (!read.length || read.some(has)) return null;
  const last = read[0].tokens.findLast(({ text = '', word }) => word !== undefined && /\p{L}/u.test(text));
  return last?.word ?? null;
}

/** Another model stands in a panel: heads of the former one mean nothing. */
export function forgetHeads({ panel, selection, gathered }: Lens): void {
  selection.chooseHead(panel.slot, null);
  gathered.set([]);
}
