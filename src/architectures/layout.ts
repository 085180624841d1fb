import type { Slice, Token } from '../trace/trace';
import type { AttentionEntry } from './manifest';

/** One side of an attention: its streams, which of two texts its words are of, which of two pictures it is read with, and how many positions of neither stream stand before them. */
interface Side {
  streams: readonly Token['stream'][];
  text?: 'question' | 'answer';
  picture?: 0 | 1;
  lead?: number;
}

type Entry = Pick<AttentionEntry, 'queries' | 'keys' | 'texts' | 'picture' | 'lead'>;

export const sideOf = (entry: Entry, side: 'queries' | 'keys'): Side => ({
  streams: entry[side],
  text: entry.texts?.[side],
  picture: entry.picture,
  lead: entry.lead,
});

/** What the two sides of attentions are told apart by. */
export const nameOfSide = ({ streams, text, picture, lead }: Side) =>
  [streams.join('+'), text, picture && 'second', lead].filter(Boolean).join('.');

/** The positions that one side of an attention takes up: see `sliceOf`. */
export function sliceAt(tokens: readonly Token[], { streams, text, picture, lead = 0 }: Side): Slice {
  const [start, end] = sliceOf(tokens, streams, text, picture);
  return [start - lead, end];
}

/**
 * The positions that some streams take up together.
 * @param text of two texts only this one
 * @param picture of two sequences only that with this picture
 * @throws Error when they do not lie side by side in `tokens`
 */
export function sliceOf(
  tokens: readonly Token[],
  streams: readonly Token['stream'][],
  text?: Side['text'],
  picture?: Side['picture'],
): Slice {
  const inside = tokens.map(
    ({ stream, image = 0, written = false }) =>
      streams.includes(stream) &&
      (picture === undefined || image === picture) &&
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
