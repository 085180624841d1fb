import type { Attention, Next, Slice, Token, Trace } from '../../trace/trace';

/** Where a head looked as a word was chosen: rows of the last word's query over some keys, [heads, keys]. */
export interface Row {
  heads: number;
  weights: Float32Array;
}

/** A row over words. */
export interface WordRow extends Row {
  /** The keys, without padding. */
  text: readonly Token[];
}

/** One step of writing: what might have come next, the first of which was written, and where every head looked meanwhile. */
export interface Step {
  words: readonly Next[];
  /** Rows over the patches, and over words, by index into `Trace.attentions`; those in which queries of words have such keys. */
  rows: ReadonlyMap<number, Row>;
  overText: ReadonlyMap<number, WordRow>;
  /**
   * Where a question is read apart, none of the answer's words looks at the picture, but words of the question do: rows over the patches are then those of the
   * question's words, each weighed by what the answer's last word gave it in this module, the last that looks from one to the other; else null.
   */
  through: number | null;
}

const isPatch = ({ role }: Token) => role === 'patch';
const isText = ({ stream, role }: Token) => stream === 'text' && role !== 'pad';

/** What is kept of a run that chose a word. */
export function stepOf({ next = [], tokens, attentions }: Trace): Step {
  const [rows, overText] = [new Map<number, Row>(), new Map<number, WordRow>()];
  const asked = tokens.some(startsAnswer);
  const ofAnswer = ([at]: Slice) => tokens[at].written === true;
  const through = asked
    ? attentions.findLastIndex(({ queries, keys }) => ofAnswer(queries) && !ofAnswer(keys))
    : -1;
  const via = through < 0 ? null : attentions[through];
  const shares = via && lastRow(via, tokens, isText);
  attentions.forEach((attention, index) => {
    const { queries, keys } = attention;
    if (asked && !ofAnswer(queries)) {
      const same = queries[0] === via?.keys[0] && queries[1] === via.keys[1];
      const row = same && shares && weighedRow(attention, tokens, headOf(shares, 'mean'));
      if (row) rows.set(index, row);
      return;
    }
    const [patches, words] = [isPatch, isText].map((wanted) => lastRow(attention, tokens, wanted));
    if (patches) rows.set(index, patches);
    if (words) overText.set(index, { ...words, text: tokens.slice(...keys).filter(isText) });
  });
  return { words: next, rows, overText, through: via && through };
}

/** The one that an answer starts by, where a question is read apart. */
const startsAnswer = ({ role, written }: Token) => written === true && role === 'cls';

/** The row of the last word over the keys that are wanted; null where there is no such word or key. */
function lastRow(
  attention: Attention,
  tokens: readonly Token[],
  wanted: (token: Token) => boolean,
): Row | null {
  const word = tokens.slice(...attention.queries).findLastIndex(isText);
  return word < 0 ? null : rowOf(attention, tokens, wanted, (row) => (row === word ? 1 : 0));
}

/** The rows of all words over the patches, added up by their shares. */
function weighedRow(attention: Attention, tokens: readonly Token[], shares: ArrayLike<number>): Row | null {
  return rowOf(attention, tokens, isPatch, (row) => shares[row]);
}

function rowOf(
  { queries, keys, heads, weights }: Attention,
  tokens: readonly Token[],
  wanted: (token: Token) => boolean,
  share: (row: number) => number,
): Row | null {
  const columns = tokens.slice(...keys).flatMap((token, at) => (wanted(token) ? [at] : []));
  if (!weights || columns.length === 0) return null;
  const [count, width] = [queries[1] - queries[0], keys[1] - keys[0]];
  const shared = Array.from({ length: count }, (_, row) => [row, share(row)] as const).filter(
    ([, part]) => part > 0,
  );
  const row = Float32Array.from({ length: heads * columns.length }, (_, i) => {
    const head = Math.floor(i / columns.length);
    const at = (of: number) => weights.data[(head * count + of) * width + columns[i % columns.length]];
    return shared.reduce((sum, [of, part]) => sum + part * at(of), 0);
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
