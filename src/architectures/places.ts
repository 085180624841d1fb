import type { CaptionReading } from '../inputs/caption';
import type { Token } from '../trace/trace';
import type { Prepared } from './adapter';
import type { Manifest } from './manifest';

/**
 * A caption in which the picture's own piece, such as "<image>", is written: without it, and how many words stand before it. As the processors of
 * Hugging Face do, its place becomes as many as the picture needs. Null where it is not written.
 * @throws Error of one sentence when it is written more than once
 */
export function takePlace(
  read: CaptionReading,
  { own }: Manifest,
): { read: CaptionReading; lead: number } | null {
  const id = own?.places?.id ?? null;
  const found = read.ids.flatMap((one, at) => (one === id ? [at] : []));
  if (id === null || found.length === 0) return null;
  if (found.length > 1)
    throw new Error(
      `Expected one place for a picture in the text, got ${found.length}: there is one picture.`,
    );
  const [lead] = found;
  const fixed = own?.places?.fixed?.lead ?? lead;
  if (fixed !== lead)
    throw new Error(
      `This file holds the positions of a picture behind ${fixed} tokens of the text, and here it would stand behind ${lead}: write it there, or bring an export with position_ids among its inputs.`,
    );
  return {
    lead,
    read: { ...read, ids: read.ids.toSpliced(lead, 1), tokens: read.tokens.toSpliced(lead, 1) },
  };
}

/** Words before the picture, where there are words on both sides of it or behind it; 0 without a picture. */
export function leadOf(tokens: readonly Token[]): number {
  const first = tokens.findIndex(({ stream }) => stream === 'image');
  return tokens.slice(0, Math.max(0, first)).filter(({ stream }) => stream === 'text').length;
}

/** What a graph is given where a picture is put into the text: its places among the ids. */
export function withPlaces(prepared: Prepared, { own }: Manifest): Prepared {
  const places = own?.places;
  if (!places) return prepared;
  const lead = leadOf(prepared.tokens);
  const ids = prepared.ids.toSpliced(lead, 0, ...Array<number>(places.count).fill(places.id ?? 0));
  const tokens = prepared.tokens.map((token): Token => ({ ...token, stream: 'text' }));
  return { ...prepared, ids, tokens, places: lead };
}
