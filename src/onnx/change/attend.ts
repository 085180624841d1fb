import type { Emitter } from './emit';

/** An attention as it is to be written out. Tensors are [batch, heads, positions, width]. */
export interface Attend {
  queries: string;
  keys: string;
  values: string;
  /** What products are multiplied by; null for one over the root of the width. */
  scale: number | null;
  /** Query heads for each head of keys. */
  share: number;
  /** Added to scores, [batch, heads, queries, keys] with axes of 1 where they are alike. */
  terms: readonly string[];
  /** Scores are held between plus and minus so much; 0 for no limit. */
  softcap: number;
  /** Whether that is done before terms are added. */
  capsFirst: boolean;
  /** Keys that stand after a query are hidden from it; `past` is how many keys stand before the first query, if any do. */
  causal: { past: string | null; reach: number } | null;
}

/** What is added where nothing may be seen: as low as the type goes without overflowing when it is added twice. */
export const lowest = (dtype: number) => (dtype === 10 ? -3e4 : -1e9);

/**
 * Writes attention as a product, terms, a softmax and a product (Vaswani et al., NeurIPS 2017).
 * @returns [batch, heads, queries, width], and the tensors on the way to it, as the standard counts them: products, two stages after, probabilities
 */
export function attend(emit: Emitter, of: Attend): { context: string; stages: string[] } {
  const shared = (tensor: string) => (of.share === 1 ? tensor : repeated(emit, tensor, of.share));
  const turned = emit.turn(shared(of.keys), [0, 1, 3, 2]);
  const factor = of.scale === null ? byWidth(emit, of.queries) : emit.number(of.scale);
  const terms = of.causal ? [...of.terms, triangle(emit, of, of.causal)] : of.terms;
  const add = (scores: string) => terms.reduce((sum, term) => emit.node('Add', [sum, term]), scores);
  const product = emit.node('Mul', [emit.node('MatMul', [of.queries, turned]), factor]);
  const held = of.capsFirst ? hold(emit, product, of.softcap) : add(product);
  const scores = of.capsFirst ? add(held) : hold(emit, held, of.softcap);
  const weights = emit.node('Softmax', [scores], { axis: -1 });
  const context = emit.node('MatMul', [weights, shared(of.values)]);
  return { context, stages: [product, held, scores, weights] };
}

/** Between plus and minus `limit`, smoothly (Gemma Team, 2024). */
function hold(emit: Emitter, scores: string, limit: number): string {
  if (limit <= 0) return scores;
  const cap = emit.number(limit);
  return emit.node('Mul', [emit.node('Tanh', [emit.node('Div', [scores, cap])]), cap]);
}

/** Each head `times` over, one after another: [batch, heads · times, positions, width]. */
function repeated(emit: Emitter, tensor: string, times: number): string {
  const heads = emit.range(emit.node('Mul', [emit.length(tensor, 1), emit.integer(times)]));
  return emit.node('Gather', [tensor, emit.node('Div', [heads, emit.integer(times)])], { axis: 1 });
}

function byWidth(emit: Emitter, queries: string): string {
  const width = emit.node('Cast', [emit.length(queries, 3)], { to: 1 });
  const root = emit.node('Reciprocal', [emit.node('Sqrt', [width])]);
  return emit.dtype === 1 ? root : emit.node('Cast', [root], { to: emit.dtype });
}

/** [queries, keys]: 0 where a key may be seen. */
function triangle(emit: Emitter, { queries, keys }: Attend, causal: NonNullable<Attend['causal']>): string {
  const rows = emit.reshape(emit.range(emit.length(queries, 2), causal.past ?? undefined), [-1, 1]);
  const columns = emit.reshape(emit.range(emit.length(keys, 2)), [1, -1]);
  const [open, closed] = [emit.number(0), emit.number(lowest(emit.dtype))];
  const ahead = emit.node('Where', [emit.node('Greater', [columns, rows]), closed, open]);
  if (causal.reach <= 0) return ahead;
  const first = emit.node('Sub', [rows, emit.integer(causal.reach - 1)]);
  return emit.node('Where', [emit.node('Less', [columns, first]), closed, ahead]);
}
