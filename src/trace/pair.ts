import type { Token } from './trace';

/** Where the sequence begins in which a text is read once more, with the second of two pictures; the end of the tokens where there is one sequence. */
export function secondAt(tokens: readonly Token[]): number {
  const at = tokens.findIndex(({ stream, image }) => stream === 'text' && image === 1);
  return at < 0 ? tokens.length : at;
}

/** The tokens that are read with the first picture (0), or with the second of two (1). */
export function readWith(tokens: readonly Token[], picture: 0 | 1): readonly Token[] {
  const at = secondAt(tokens);
  return picture === 0 ? tokens.slice(0, at) : tokens.slice(at);
}
