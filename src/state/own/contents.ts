import type { AttentionEntry, Manifest } from '../../architectures/manifest';
import { secondAt } from '../../trace/pair';
import type { Slice, Stream, Trace } from '../../trace/trace';

/** An attention module as it is listed before any run. */
export type Module = Omit<AttentionEntry, 'tensor' | 'queries' | 'keys'> &
  Record<'queries' | 'keys', Stream[]>;

/** Learned queries stand for the picture that they read. */
const standing = (stream: string): Stream => (stream === 'text' ? stream : 'image');

/** A model's attention modules in the order of `Trace.attentions`; none without a manifest. */
export function modulesOf(manifest: Manifest | null): readonly Module[] {
  return Object.values(manifest?.graphs ?? {}).flatMap(({ attentions }) =>
    attentions.map((entry) => ({
      ...entry,
      queries: entry.queries.map(standing),
      keys: entry.keys.map(standing),
    })),
  );
}

/** The attention modules of a run that has no manifest. */
export function modulesWithin({ attentions, tokens }: Trace): readonly Module[] {
  const streams = ([start, end]: Slice): Stream[] => {
    return [...new Set(tokens.slice(start, end).map(({ stream }) => standing(stream)))];
  };
  const second = secondAt(tokens);
  return attentions.map(({ name, layer, depth, stage, heads, queries, keys }) => {
    const picture = queries[0] >= second ? (1 as const) : undefined;
    return { name, layer, depth, stage, heads, picture, queries: streams(queries), keys: streams(keys) };
  });
}

/** Bytes of a model's files that have weights. */
export function bytesOf(manifest: Manifest): number {
  return Object.values(manifest.graphs).reduce((sum, graph) => sum + graph.bytes, 0);
}

/** Positions of some words, by their index, in the tokens of a run. */
export function positionsOf({ tokens }: Trace, words: readonly number[]): number[] {
  return tokens.flatMap(({ word }, position) =>
    word !== undefined && words.includes(word) ? [position] : [],
  );
}
