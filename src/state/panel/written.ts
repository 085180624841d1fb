import type { Attention, Next, Token, Trace } from '../../trace/trace';

/** Where a head looked as a word was chosen: rows of the last word's query over some keys, [heads, keys]. */
export interface Row {
  heads: number;
  weights: Float32Array;
}

/** One step of writing: what might have come next, the first of which was written, and where every head looked meanwhile. */
export interface Step {
  words: readonly Next[];
  /** What the model had read by then, without padding. */
  text: readonly Token[];
  /** Rows over the patches, and over `text`, by index into `Trace.attentions`; those in which queries of words have such keys. */
  rows: ReadonlyMap<number, Row>;
  overText: ReadonlyMap<number, Row>;
}

const isPatch = ({ role }: Token) => role === 'patch';
const isText = ({ stream, role }: Token) => stream === 'text' && role !== 'pad';

/** What is kept of a run that chose a word. */
export function stepOf({ next = [], tokens, attentions }: Trace): Step {
  const text = tokens.filter(isText);
  const [rows, overText] = [new Map<number, Row>(), new Map<number, Row>()];
  attentions.forEach((attention, index) => {
    const over = (wanted: (token: Token) => boolean) => lastRow(attention, tokens, wanted);
    const [patches, words] = [over(isPatch), over(isText)];
    if (patches) rows.set(index, patches);
    if (words && words.weights.length === words.heads * text.length) overText.set(index, words);
  });
  return { words: next, text, rows, overText };
}

/** The row of the last word over the keys that are wanted; null where there is no such word or key. */
function lastRow(
  { queries, keys, heads, weights }: Attention,
  tokens: readonly Token[],
  wanted: (token: Token) => boolean,
): Row | null {
  const columns = tokens.slice(...keys).flatMap((token, at) => (wanted(token) ? [at] : []));
  const word = tokens.slice(...queries).findLastIndex(isText);
  if (!weights || word < 0 || columns.length === 0) return null;
  const [count, width] = [queries[1] - queries[0], keys[1] - keys[0]];
  const row = Float32Array.from({ length: heads * columns.length }, (_, i) => {
    const head = Math.floor(i / columns.length);
    return weights.data[(head * count + word) * width + columns[i % columns.length]];
  });
  return { heads, weights: row };
}

/** One head of a row, or the mean of all. */
export function headOf({ heads, weights }: Row, which: number | 'mean'): Float32Array {
  const keys = weights.length / heads;
  if (which !== 'mean') return weights.subarray(which * keys, (which + 1) * keys);
  return Float32Array.from({ length: keys }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < heads; i++) sum += weights[i * keys + at];
    return sum / heads;
  });
}

/** Pieces of WordPiece (##) or byte-level BPE (Ġ) as a text. */
export function joinPieces(pieces: readonly string[]): string {
  const bytes = pieces.some((piece) => piece.startsWith('Ġ'));
  const text = bytes ? pieces.join('').replaceAll('Ġ', ' ') : pieces.join(' ').replaceAll(' ##', '');
  return text.replace(/ ([.,!?])/g, '$1').trim();
}
