import type { Token } from './trace';

const startsWord = /^[\u2581\u0120\u010a]+/u;
const continuesWord = /^##(?=.)/u;
const endsWord = /<\/w>$/u;
const isMark = /^[\p{P}\p{S}]/u;
/** Characters of a caption that a piece outside the vocabulary may stand for. */
const reach = 40;

/**
 * Which word of the caption each piece belongs to, and its characters: pieces of text that say neither are looked up in the caption one
 * after another, without the marks of WordPiece (##), SentencePiece (▁), byte-level BPE (Ġ) and CLIP (</w>). Punctuation marks are
 * words of their own; a piece that is not found, such as [UNK], is a word without characters.
 */
export function spell(tokens: readonly Token[], caption: string): Token[] {
  if (tokens.some(({ word }) => word !== undefined)) return [...tokens];
  const lower = caption.toLowerCase();
  const text = lower.length === caption.length ? lower : caption;
  let at = 0;
  let word = -1;
  return tokens.map((token) => {
    if (token.stream !== 'text' || (token.role !== 'word' && token.role !== 'mask')) return token;
    const core = bare(token.text ?? '');
    if (!core) return token;
    const goesOn = continuesWord.test(token.text ?? '');
    const start = find(text, core, at, goesOn);
    if (start === null) return { ...token, word: goesOn ? Math.max(0, word) : ++word };
    const apart = start > at || isMark.test(core) || isMark.test(text[at - 1] ?? '.');
    if (!goesOn && apart) word++;
    at = start + core.length;
    return { ...token, word: Math.max(0, word), span: [start, at] as const };
  });
}

const bare = (piece: string) =>
  piece.replace(startsWord, '').replace(continuesWord, '').replace(endsWord, '').toLowerCase();

/** Where a piece begins: here, after white space, or at a later word when one in between was not in the vocabulary. */
function find(text: string, core: string, from: number, goesOn: boolean): number | null {
  if (text.startsWith(core, from)) return from;
  const next = from + /^\s*/u.exec(text.slice(from))![0].length;
  if (text.startsWith(core, next)) return next;
  const later = text.indexOf(core, next);
  const begins = later > 0 && !/[\p{L}\p{N}]/u.test(text[later - 1]);
  return !goesOn && begins && later - next <= reach ? later : null;
}

/** Pieces of WordPiece (##) or byte-level BPE (Ġ) as a text. */
export function joinPieces(pieces: readonly string[]): string {
  const bytes = pieces.some((piece) => piece.startsWith('Ġ'));
  const text = bytes ? pieces.join('').replaceAll('Ġ', ' ') : pieces.join(' ').replaceAll(' ##', '');
  return text.replace(/ ([.,!?])/g, '$1').trim();
}
