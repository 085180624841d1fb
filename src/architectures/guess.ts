import type { Tensor } from '../tensor/tensor';
import type { Guess } from '../trace/trace';

/** How many words are shown for a masked position, and how many answers to a question. */
const shown = 5;

/**
 * The likeliest pieces at masked positions.
 * @param logits [positions, vocabulary]
 * @param masked positions in `Trace.tokens`, one for each row
 * @param piece the vocabulary: the piece of an id
 */
export function guesses(logits: Tensor, masked: readonly number[], piece: (id: number) => string): Guess[] {
  const [, vocabulary] = logits.dims;
  return masked.map((token, row) => ({
    token,
    words: likeliest(logits.data.subarray(row * vocabulary, (row + 1) * vocabulary), piece),
  }));
}

/** The likeliest of some classes, best first; probabilities are a softmax over all `logits`, one a class. */
export function likeliest(logits: Float32Array, name: (index: number) => string): Guess['words'] {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const sum = logits.reduce((total, score) => total + Math.exp(score - most), 0);
  return Array.from(logits.keys())
    .sort((a, b) => logits[b] - logits[a])
    .slice(0, shown)
    .map((index) => ({ text: name(index), probability: Math.exp(logits[index] - most) / sum }));
}
