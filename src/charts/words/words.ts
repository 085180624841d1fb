import { isRead } from '../../attention/blocks';
import type { Token } from '../../trace/trace';

/** A text token as it is shown. `index` is its place in the list of all tokens, `order` among those of the text stream. */
export interface Chip {
  index: number;
  order: number;
  text: string;
  /** It goes on the word before it: "##s". */
  joined: boolean;
  /** It marks the start or the end, and is no word. */
  special: boolean;
  token: Token;
}

/** The tokens of the text stream, without padding, and learnt queries. @param among these alone, by their place in the list */
export function toChips(tokens: readonly Token[], among: readonly number[] | null = null): Chip[] {
  return tokens
    .map((token, index) => ({ token, index }))
    .filter(({ token, index }) => isRead(token) && (among === null || among.includes(index)))
    .map(({ token, index }, order) => {
      const piece = token.text ?? '';
      const joined = piece.startsWith('##');
      const special = token.role === 'cls' || token.role === 'sep';
      return { index, order, token, text: joined ? piece.slice(2) : piece, joined, special };
    });
}

/** Chips that are pieces of the same word, together. */
export function toWords(chips: readonly Chip[]): Chip[][] {
  const words: Chip[][] = [];
  for (const chip of chips) {
    const last = words.at(-1);
    if (last && chip.token.word !== undefined && last[0].token.word === chip.token.word) last.push(chip);
    else words.push([chip]);
  }
  return words;
}

/** One line of help on a chip. */
export function help(chip: Chip, masked: boolean): string {
  const piece = chip.token.text ?? '';
  if (masked) return `${piece}: hidden from the model`;
  if (chip.token.unknown) return `${piece}: the model never saw this word in training`;
  if (chip.token.role === 'cls' && chip.token.written)
    return `${piece}: the answer begins here; its first word is chosen by what this looks at`;
  if (chip.token.role === 'cls') return `${piece}: marks the start; the model sums up here`;
  if (chip.token.role === 'sep') return `${piece}: marks the end of the caption`;
  return piece;
}
