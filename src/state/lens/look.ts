import { direction } from '../../attention/blocks';
import { row } from '../../attention/select';
import type { Head } from '../../attention/select';
import type { Attention, Stream, Token } from '../../trace/trace';
import type { Target, Word } from './selection.svelte';

/** What a head gives to or takes from the target, over the tokens of one stream. */
export interface Look {
  stream: Stream;
  /** One weight per word (pad left out) or per patch (image [CLS] left out). */
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
export function nameOf({ word, role }: Token): Word | null {
  return word ?? (role === 'cls' || role === 'sep' ? role : null);
}

/** What evenly spread attention would give each key. */
export function even({ keys }: Attention): number {
  return 1 / (keys[1] - keys[0]);
}

/** A head of one module over all of its queries, over patches where it has such keys. */
export function average(
  attentions: readonly Attention[],
  tokens: readonly Token[],
  places: Record<Stream, readonly number[]>,
  index: number,
  head: Head,
): Look | null {
  const attention = attentions[index];
  if (!attention) return null;
  const [start, end] = attention.queries;
  const queries = Array.from({ length: end - start }, (_, i) => start + i);
  const query = tokens[start].stream === 'image' ? 'image' : 'text';
  for (const stream of ['image', 'text'] as const) {
    const weights = row(attention, head, queries, places[stream]);
    if (weights)
      return { stream, weights, direction: `all ${direction(query, stream)}`, even: even(attention) };
  }
  return null;
}
