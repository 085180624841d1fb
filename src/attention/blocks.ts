import type { Attention, Slice, Stream, Token } from '../trace/trace';

/** Query stream first, in the notation of VOLTA (Bugliarello et al., 2021): t is text, v is image; "tv" has text queries and image keys. */
export type Block = 'tt' | 'tv' | 'vt' | 'vv';

/** Where a block lies in `Trace.tokens`. */
interface BlockRange {
  queries: Slice;
  keys: Slice;
}

const letters = { text: 't', image: 'v' } as const;

/** "text queries → image keys" */
export function direction(query: string, key: string): string {
  return `${query} queries → ${key} keys`;
}

/**
 * The blocks that an attention has: all four in a joint sequence, one in a co-attention or an encoder, "tv" and "vt" never in a
 * dual encoder.
 */
export function blocksOf(attention: Attention, tokens: readonly Token[]): Partial<Record<Block, BlockRange>> {
  const found: Partial<Record<Block, BlockRange>> = {};
  for (const query of ['text', 'image'] as const)
    for (const key of ['text', 'image'] as const) {
      const queries = streamWithin(tokens, attention.queries, query);
      const keys = streamWithin(tokens, attention.keys, key);
      if (queries && keys) found[`${letters[query]}${letters[key]}`] = { queries, keys };
    }
  return found;
}

/** The part of a slice that holds a stream (streams lie in one piece), null when there is none. */
export function streamWithin(tokens: readonly Token[], [start, end]: Slice, stream: Stream): Slice | null {
  let from = start;
  while (from < end && tokens[from].stream !== stream) from++;
  let to = from;
  while (to < end && tokens[to].stream === stream) to++;
  return from < to ? [from, to] : null;
}

/** Whether a token stands among the words: those of the text without padding, and learnt queries that have a name, but not a [CLS] of both streams. */
export function isRead({ stream, role, text }: Token): boolean {
  return stream === 'text' ? role !== 'pad' : stream === 'query' && role !== 'cls' && text !== undefined;
}

/** Whether a token carries content: a piece of a word, a patch, a region; not [CLS], [SEP], padding or a register. */
export function isContent({ role }: Token): boolean {
  return role === 'word' || role === 'mask' || role === 'patch' || role === 'region' || role === 'object';
}

/** Positions of the content tokens of a stream within a slice. */
export function contentWithin(tokens: readonly Token[], [start, end]: Slice, stream: Stream): number[] {
  const positions: number[] = [];
  for (let at = start; at < end; at++)
    if (tokens[at].stream === stream && isContent(tokens[at])) positions.push(at);
  return positions;
}
