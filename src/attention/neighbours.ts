import type { Attention, Stream, Token } from '../trace/trace';
import { isContent, streamWithin } from './blocks';
import { type Measure, known, none } from './measure';
import { rowOf } from './rows';

/** Mean parts given to the query itself and to the content tokens right before and after it. */
export function neighbours(
  attention: Attention,
  tokens: readonly Token[],
  stream: Stream,
  queries: readonly number[],
  head: number,
): { self: Measure; previous: Measure; next: Measure } {
  const own = streamWithin(tokens, attention.keys, stream);
  if (!own) {
    const reason = 'queries and keys are different streams';
    return { self: none(reason), previous: none(reason), next: none(reason) };
  }
  const part = (step: number): Measure => {
    let total = 0;
    let counted = 0;
    for (const query of queries) {
      const key = query + step;
      if (key < own[0] || key >= own[1] || !isContent(tokens[key])) continue;
      total += rowOf(attention, head, query)[key - attention.keys[0]];
      counted++;
    }
    return counted ? known(total / counted) : none('no query has such a neighbour');
  };
  const flat = none('patches lie in a plane: the next in raster order may be far away');
  return {
    self: part(0),
    previous: stream === 'text' ? part(-1) : flat,
    next: stream === 'text' ? part(1) : flat,
  };
}
