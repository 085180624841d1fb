import type { Attention, Slice, Stream, Token } from '../../trace/trace';
import type { Target, Word } from './selection.svelte';

/** What a head gives to or takes from the target, over the tokens of one stream. */
export interface Look {
  stream: Stream;
  /** One weight per word (pad left out) or per patch (image [CLS] left out); NaN for words that the module does not have on that side. */
  weights: Float32Array;
  /** "text queries → image keys" */
  direction: string;
  /** What evenly spread attention would give each key. */
  even: number;
}

export function streamOf(target: Target | null): Stream {
  return target?.point ? 'image' : 'text';
}

/** How the word at a position is named in every panel. */
export function nameOf({ word, role, written }: Token): Word | null {
  if (role === 'cls' && written) return 'start';
  return word ?? (role === 'cls' || role === 'sep' ? role : null);
}

/** What evenly spread attention would give each key. */
export function even({ keys }: Attention): number {
  return 1 / (keys[1] - keys[0]);
}

/**
 * Weights over the places of a stream, NaN for words that a module does not have on that side: they are of another of two texts, or learnt queries.
 * @param weigh over positions that it has
 */
export function over(
  [start, end]: Slice,
  places: readonly number[],
  stream: Stream,
  weigh: (had: readonly number[]) => Float32Array | null,
): Float32Array | null {
  const had = places.filter((position) => stream === 'image' || (position >= start && position < end));
  if (!had.length && places.length) return null;
  const found = weigh(had);
  if (!found || had.length === places.length) return found;
  const weights = new Float32Array(places.length).fill(NaN);
  had.forEach((position, i) => (weights[places.indexOf(position)] = found[i]));
  return weights;
}
