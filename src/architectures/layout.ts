import type { Slice, Token } from '../trace/trace';
import type { AttentionEntry } from './manifest';

/** One side of an attention: its streams, which of two texts its words are of, and how many positions of neither stream stand before them. */
interface Side {
  streams: readonly Token['stream'][];
  text?: 'question' | 'answer';
  lead?: number;
}

type Entry = Pick<AttentionEntry, 'queries' | 'keys' | 'texts' | 'lead'>;

export const sideOf = (entry: Entry, side: 'queries' | 'keys'): Side => ({
  streams: entry[side],
  text: entry.texts?.[side],
  lead: entry.lead,
});

/** What the two sides of attentions are told apart by. */
export const nameOfSide = ({ streams, text, lead }: Side) =>
  [streams.join('+'), text, lead].filter(Boolean).join('.');

/** The positions that one side of an attention takes up: see `sliceOf`. */
export function sliceAt(tokens: readonly Token[], { streams, text, lead = 0 }: Side): Slice {
  const [start, end] = sliceOf(tokens, streams, text);
  return [start - lead, end];
}

/**
 * The positions that some streams take up together.
 * @param text of two texts only this one
 * @throws Error when they do not lie side by side in `tokens`
 */
export function sliceOf(
  tokens: readonly Token[],
  streams: readonly Token['stream'][],
  text?: Side['text'],
): Slice {
  const inside = tokens.map(
    ({ stream, written = false }) =>
      streams.includes(stream) &&
      (stream !== 'text' || text === undefined || written === (text === 'answer')),
  );
  const start = inside.indexOf(true);
  const end = inside.lastIndexOf(true) + 1;
  if (start < 0 || inside.slice(start, end).includes(false))
    throw new Error(
      `expected ${streams.join(' and ')} tokens side by side, got ${tokens.length} others between`,
    );
  return [start, end];
}

export const lengthOf = ([start, end]: Slice) => end - start;
