import type { Aligned } from './align';

/** The 256 bytes as the letters that byte-level vocabularies write them with: printable ones stand for themselves, the rest for U+0100 on. */
const bytes = new Map<string, number>();
for (let byte = 0, others = 0; byte < 256; byte++) {
  const shown = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  bytes.set(String.fromCodePoint(shown ? byte : 256 + others++), byte);
}

/**
 * Finds pieces again in a text by their letters, for vocabularies that mark words otherwise than WordPiece does: "▁dog" (SentencePiece),
 * "dog</w>" (CLIP), "Ġdog" (byte level). A piece that is not found in its place has neither span nor word.
 */
export function locate(text: string, pieces: readonly string[]): Aligned[] {
  const lower = lowered(text);
  const words = [...text.matchAll(/[\p{P}\p{S}]|[^\s\p{P}\p{S}]+/gu)].map(({ index }) => index);
  let from = 0;
  let lost = false;
  return pieces.map((piece) => {
    const letters = lowered(lettersOf(piece));
    const at = letters ? lower.indexOf(letters, from) : -1;
    lost = at < 0 || (!lost && lower.slice(from, at).trim() !== '');
    if (lost) return {};
    from = at + letters.length;
    return { span: [at, from], word: words.findLastIndex((start) => start <= at) };
  });
}

/** Lower case, letter by letter where it keeps their number: positions have to stay. */
export function lowered(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

/** What a piece spells, without its marks. */
function lettersOf(piece: string): string {
  const bare = piece.replace(/<\/w>$/, '').replace(/^[▁\s]+/u, '');
  const codes = Array.from(bare, (letter) => bytes.get(letter));
  if (codes.some((code) => code === undefined)) return bare;
  const spelt = new TextDecoder().decode(Uint8Array.from(codes as number[])).trim();
  return spelt.includes('\ufffd') ? bare : spelt;
}
