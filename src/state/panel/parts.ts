import { overPatches, overWords } from '../../attention/similarity';
import type { Stream, Trace } from '../../trace/trace';

/** A dual encoder's score taken apart: parts that may be below zero, and that sum to it. */
export interface Parts {
  /** What the selected word adds, patch by patch; what every patch adds when no word is selected. */
  overImage: Float32Array;
  /** What the selected patch adds, word by word; what every word adds when no patch is selected. */
  overText: Float32Array;
  /** What the selected word or patch adds altogether; null when nothing is selected. */
  share: number | null;
  score: number;
}

/**
 * @param places positions of words and of patches in the run's tokens
 * @param target positions of what is selected, in the stream `of`
 */
export function partsOf(
  trace: Trace | null,
  places: Record<Stream, readonly number[]>,
  target: readonly number[],
  of: Stream,
): Parts | null {
  const { similarity, tokens } = trace ?? {};
  if (!similarity || !tokens) return null;
  const rank: Record<Stream, number[]> = { text: [], image: [] };
  tokens.forEach(({ stream }, position) => stream !== 'query' && rank[stream].push(position));
  const among = (stream: Stream, positions: readonly number[]) =>
    positions.map((position) => rank[stream].indexOf(position));
  const chosen = (stream: Stream) =>
    target.length > 0 && of === stream ? among(stream, target) : rank[stream].map((_, place) => place);
  const pick = (parts: Float32Array, stream: Stream) =>
    Float32Array.from(among(stream, places[stream]), (place) => parts[place]);
  const patches = overPatches(similarity, chosen('text'));
  const words = overWords(similarity, chosen('image'));
  return {
    overImage: pick(patches, 'image'),
    overText: pick(words, 'text'),
    share: target.length > 0 ? total(of === 'text' ? patches : words) : null,
    score: total(similarity.data),
  };
}

const total = (parts: Float32Array) => parts.reduce((sum, part) => sum + part, 0);
