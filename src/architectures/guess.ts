import type { Tensor } from '../tensor/tensor';
import type { Guess } from '../trace/trace';

/** How many words are shown for a masked position. */
const shown = 5;

/**
 * The likeliest pieces at masked positions.
 * @param logits [positions, vocabulary]
 * @param masked positions in `Trace.tokens`, one for each row
 * @param piece the vocabulary: the piece of an id
 */
export function guesses(logits: Tensor, masked: readonly number[], piece: (id: number) => string): Guess[] {
  const [, vocabulary] = logits.dims;
  return masked.map((token, row) => {
    const scores = logits.data.subarray(row * vocabulary, (row + 1) * vocabulary);
    const most = scores.reduce((a, b) => Math.max(a, b));
    const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
    const best = Array.from(scores.keys())
      .sort((a, b) => scores[b] - scores[a])
      .slice(0, shown);
    return {
      token,
      words: best.map((id) => ({ text: piece(id), probability: Math.exp(scores[id] - most) / sum })),
    };
  });
}
