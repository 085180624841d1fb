import type { Next, Trace } from '../../trace/trace';

/** Where a head looked as a word was chosen: rows of the last word's query over the patches, [heads, patches]. */
export interface Row {
  heads: number;
  weights: Float32Array;
}

/** One step of writing: what might have come next, the first of which was written, and where every head looked meanwhile. */
export interface Step {
  words: readonly Next[];
  /** By index into `Trace.attentions`; those in which queries of words have keys of the picture. */
  rows: ReadonlyMap<number, Row>;
}

/** What is kept of a run that chose a word. */
export function stepOf({ next = [], tokens, attentions }: Trace): Step {
  const rows = new Map<number, Row>();
  attentions.forEach(({ queries, keys, heads, weights }, index) => {
    const patches = tokens.slice(...keys).flatMap(({ role }, at) => (role === 'patch' ? [at] : []));
    const word = tokens.slice(...queries).findLastIndex(({ stream }) => stream === 'text');
    if (!weights || word < 0 || patches.length === 0) return;
    const [count, width] = [queries[1] - queries[0], keys[1] - keys[0]];
    const last = (head: number) => (head * count + word) * width;
    const row = Float32Array.from({ length: heads * patches.length }, (_, i) => {
      return weights.data[last(Math.floor(i / patches.length)) + patches[i % patches.length]];
    });
    rows.set(index, { heads, weights: row });
  });
  return { words: next, rows };
}

/** Pieces of WordPiece (##) or byte-level BPE (Ġ) as a text. */
export function joinPieces(pieces: readonly string[]): string {
  const bytes = pieces.some((piece) => piece.startsWith('Ġ'));
  const text = bytes ? pieces.join('').replaceAll('Ġ', ' ') : pieces.join(' ').replaceAll(' ##', '');
  return text.replace(/ ([.,!?])/g, '$1').trim();
}
