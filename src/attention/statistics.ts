import type { Attention, Stream, Token } from '../trace/trace';
import { contentWithin, isContent, streamWithin } from './blocks';
import { meanDistance } from './distance';
import { type Measure, known, none } from './measure';
import { neighbours } from './neighbours';
import { meanRow, rowOf, visibleKeys } from './rows';

/**
 * What one head does, averaged over the content queries of one stream. Shares are parts of all that a query gives, so they do
 * not depend on how many keys there are.
 */
export interface HeadStatistics {
  /** Parts given to words, to patches (or regions), and to special tokens of either stream; they sum to 1. */
  shares: { text: number; image: number; special: number };
  /** log2 of the mass per key of the other stream over the mass per key of the own one, content keys only; 0 is no preference. */
  preference: Measure;
  /** Shannon entropy of a row over the logarithm of the number of its visible keys: 0 is one key, 1 is all alike. */
  entropy: Measure;
  /** exp of the entropy: how many keys, evenly attended, would give it. */
  effective: number;
  /** The largest mean part that any single key receives, and which key that is. */
  sink: { share: number; position: number };
  /** Mean distance from a patch to what it attends to among the patches, in image widths. */
  distance: Measure;
  /** Parts given to the query itself and to the content tokens before and after it. */
  self: Measure;
  previous: Measure;
  next: Measure;
}

/**
 * Statistics of every head for the queries of one stream. Null when the attention has no content
 * queries of that stream or its weights were not asked for.
 */
export function statistics(
  attention: Attention,
  tokens: readonly Token[],
  stream: Stream,
): HeadStatistics[] | null {
  const queries = contentWithin(tokens, attention.queries, stream);
  if (!attention.weights || queries.length === 0) return null;
  return Array.from({ length: attention.heads }, (_, head) =>
    ofHead(attention, tokens, stream, queries, head),
  );
}

function ofHead(
  attention: Attention,
  tokens: readonly Token[],
  stream: Stream,
  queries: readonly number[],
  head: number,
): HeadStatistics {
  const received = meanRow(attention, head, queries);
  const [start] = attention.keys;
  const shares = { text: 0, image: 0, special: 0 };
  let sink = 0;
  for (let k = 0; k < received.length; k++) {
    const token = tokens[start + k];
    shares[isContent(token) && token.stream !== 'query' ? token.stream : 'special'] += received[k];
    if (received[k] > received[sink]) sink = k;
  }
  const { entropy, effective } = spread(attention, head, queries);
  return {
    shares,
    preference: preference(attention, tokens, stream, shares),
    entropy,
    effective,
    sink: { share: received[sink], position: start + sink },
    distance: meanDistance(attention, tokens, stream, queries, head),
    ...neighbours(attention, tokens, stream, queries, head),
  };
}

function preference(
  attention: Attention,
  tokens: readonly Token[],
  stream: Stream,
  shares: HeadStatistics['shares'],
): Measure {
  const other = stream === 'text' ? 'image' : 'text';
  const ownKeys = contentWithin(tokens, attention.keys, stream).length;
  const otherKeys = contentWithin(tokens, attention.keys, other).length;
  if (!streamWithin(tokens, attention.keys, stream))
    return none(`fixed by design: these queries see ${other} keys only`);
  if (!streamWithin(tokens, attention.keys, other))
    return none(`fixed by design: these queries see ${stream} keys only`);
  const ratio = shares[other] / otherKeys / (shares[stream] / ownKeys);
  if (!(ratio > 0 && Number.isFinite(ratio))) return none('one of the two streams receives nothing');
  return known(Math.log2(ratio));
}

function spread(
  attention: Attention,
  head: number,
  queries: readonly number[],
): Pick<HeadStatistics, 'entropy' | 'effective'> {
  let normalised = 0;
  let counted = 0;
  let effective = 0;
  for (const query of queries) {
    let entropy = 0;
    for (const weight of rowOf(attention, head, query)) if (weight > 0) entropy -= weight * Math.log(weight);
    effective += Math.exp(entropy) / queries.length;
    const keys = visibleKeys(attention, query);
    if (keys < 2) continue;
    normalised += entropy / Math.log(keys);
    counted++;
  }
  return {
    entropy: counted ? known(normalised / counted) : none('every query sees a single key'),
    effective,
  };
}
