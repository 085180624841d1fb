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
