import type { Reading, Token } from '../trace/trace';
import type { Piece, Tokenizer } from './tokenizer';

/** How a model lays out its text; as in the manifest. */
export interface TextLayout {
  /** Most positions, [CLS] and [SEP] included. */
  maxTokens: number;
  cls: string | null;
  sep: string | null;
  mask: string | null;
  unk: string | null;
}

/** A caption as a model reads it: one id per token. */
export interface CaptionReading extends Reading {
  ids: number[];
}

/**
 * The tokens of a caption: [CLS], the pieces that fit, [SEP]. A word is `unknown` when a piece of it is outside the
 * vocabulary, or when a lexicon is given and does not hold it (punctuation aside).
 * @throws Error when the vocabulary lacks a special piece of the layout.
 */
export function readCaption(
  caption: string,
  tokenizer: Tokenizer,
  layout: TextLayout,
  lexicon: ReadonlySet<string> | null = null,
): CaptionReading {
  const pieces = tokenizer.pieces(caption);
  const room = layout.maxTokens - (layout.cls === null ? 0 : 1) - (layout.sep === null ? 0 : 1);
  const kept = pieces.slice(0, room);
  const unknown = unknownWords(pieces, layout.unk, lexicon);
  const tokens = kept.map((piece) => wordToken(piece, layout, unknown));
  const ids = kept.map((piece) => piece.id);
  if (layout.cls !== null) {
    tokens.unshift({ stream: 'text', role: 'cls', text: layout.cls });
    ids.unshift(specialId(tokenizer, layout.cls));
  }
  if (layout.sep !== null) {
    tokens.push({ stream: 'text', role: 'sep', text: layout.sep });
    ids.push(specialId(tokenizer, layout.sep));
  }
  const truncatedAt = pieces.length > room ? (pieces[room].span?.[0] ?? kept.at(-1)?.span?.[1] ?? 0) : null;
  return { tokens, ids, truncatedAt };
}

/** The reading with the given positions hidden behind the mask piece. @throws Error when the model has none. */
export function hide(
  reading: CaptionReading,
  positions: readonly number[],
  tokenizer: Tokenizer,
  { mask }: TextLayout,
): CaptionReading {
  if (positions.length === 0) return reading;
  if (mask === null) throw new Error('expected a model with a mask piece, got one without');
  const hidden = new Set(positions);
  const id = specialId(tokenizer, mask);
  return {
    tokens: reading.tokens.map((token, index) =>
      hidden.has(index) ? { ...token, role: 'mask', text: mask } : token,
    ),
    ids: reading.ids.map((piece, index) => (hidden.has(index) ? id : piece)),
    truncatedAt: reading.truncatedAt,
  };
}

function wordToken(piece: Piece, { cls, sep, mask }: TextLayout, unknown: ReadonlySet<number>): Token {
  const role =
    piece.text === mask ? 'mask' : piece.text === cls ? 'cls' : piece.text === sep ? 'sep' : 'word';
  const token: Token = { stream: 'text', role, text: piece.text };
  if (piece.word !== undefined) token.word = piece.word;
  if (piece.span) token.span = piece.span;
  if (role === 'word' && piece.word !== undefined && unknown.has(piece.word)) token.unknown = true;
  return token;
}

function unknownWords(
  pieces: readonly Piece[],
  unk: string | null,
  lexicon: ReadonlySet<string> | null,
): Set<number> {
  const words = new Map<number, string>();
  const unknown = new Set<number>();
  for (const { text, word } of pieces) {
    if (word === undefined) continue;
    if (text === unk) unknown.add(word);
    words.set(word, (words.get(word) ?? '') + text.replace(/^##(?=.)/u, ''));
  }
  for (const [word, text] of words)
    if (lexicon && /[\p{L}\p{N}]/u.test(text) && !lexicon.has(text)) unknown.add(word);
  return unknown;
}

function specialId(tokenizer: Tokenizer, piece: string): number {
  const id = tokenizer.id(piece);
  if (id === undefined) throw new Error(`expected ${piece} in the vocabulary, got none`);
  return id;
}
