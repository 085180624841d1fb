import type { Tokenizer } from './tokenizer';

/**
 * For a model that came without a tokenizer: its text is typed as ids, such as "101 1037 3899 102".
 * Its `pieces` throws one sentence for any other text.
 */
export const typedIds: Tokenizer = {
  pieces(text) {
    return [...text.matchAll(/\S+/gu)].map((match, word) => {
      if (!/^\d{1,9}$/.test(match[0]))
        throw new Error(
          `This model came without a tokenizer: drop its tokenizer.json, or type ids such as “101 1037 3899 102” in place of “${match[0]}”.`,
        );
      const span = [match.index, match.index + match[0].length] as const;
      return { text: match[0], id: Number(match[0]), word, span };
    });
  },
  id: (piece) => (/^\d+$/.test(piece) ? Number(piece) : undefined),
  piece: String,
};
