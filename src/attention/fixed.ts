import type { Slice, Stream, Token } from '../trace/trace';
import { isContent } from './blocks';

/** What a share of attention goes to: content tokens of a stream, or tokens without content. */
export type ShareOf = Stream | 'special';

/**
 * Why a share of attention over some keys could not be other than it is: there are none of its kind, so that it is 0, or no others, so
 * that it is 1. Null where weights decide.
 */
export function fixedShare(tokens: readonly Token[], keys: Slice, of: ShareOf): string | null {
  const all = tokens.slice(...keys);
  const count = all.filter((token) => (isContent(token) ? token.stream : 'special') === of).length;
  if (count === 0) return `fixed by design: it has no ${of} keys`;
  return count === all.length ? `fixed by design: all of its keys are ${of} keys` : null;
}
