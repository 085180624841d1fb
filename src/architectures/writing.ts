import { readCaption, type CaptionReading } from '../inputs/caption';
import { lowered } from '../inputs/locate';
import type { Tensor } from '../tensor/tensor';
import type { Next } from '../trace/trace';
import type { Assets } from './adapter';
import { likeliest } from './guess';
import { pickRows } from './fusion';

/** A caption as a model reads it: see `readCaption`, between what its family wants before and after it. */
export function readText(caption: string, assets: Assets): CaptionReading {
  const { manifest, tokenizer, lexicon } = assets;
  const text = manifest.own?.lower ? lowered(caption) : caption;
  return withEdges(readCaption(text, tokenizer, manifest.text, lexicon), assets);
}

/**
 * A caption between what its model wants before and after it: the piece that a model which writes starts by, or one that stands before the end.
 * @throws Error when the vocabulary lacks the piece before the end
 */
function withEdges(read: CaptionReading, { manifest, tokenizer }: Assets): CaptionReading {
  const { writes, tail } = manifest.own ?? {};
  if (writes) return started(read, writes.start);
  if (tail === undefined) return read;
  const id = tokenizer.id(tail);
  if (id === undefined)
    throw new Error(`${manifest.name}: expected a tokenizer with the piece ${tail}, got one without it`);
  const at = read.tokens.length - (read.tokens.at(-1)?.role === 'sep' ? 1 : 0);
  return {
    ...read,
    ids: read.ids.toSpliced(at, 0, id),
    tokens: read.tokens.toSpliced(at, 0, { stream: 'text', role: 'sep', text: tail }),
  };
}

const started = (read: CaptionReading, start: number): CaptionReading => ({
  ...read,
  ids: [start, ...read.ids],
  tokens: [{ stream: 'text', role: 'cls', text: '[start]' }, ...read.tokens],
});

/** What a model has written so far, as it reads it again. */
export function readWritten(written: readonly number[], assets: Assets): CaptionReading {
  const tokens = written.map((id) => ({
    stream: 'text' as const,
    role: 'word' as const,
    text: assets.tokenizer.piece(id),
  }));
  return withEdges({ ids: [...written], tokens, truncatedAt: null }, assets);
}

/**
 * The likeliest words after the last.
 * @param logits [1, positions, vocabulary]
 * @param end the id that a text ends by
 */
export function nextWords(logits: Tensor, end: number, piece: (id: number) => string): Next[] {
  const { data } = pickRows(logits, [logits.dims[1] - 1]);
  return likeliest(data, String).map(({ text, probability }) => {
    const id = Number(text);
    return { id, text: id === end ? '' : piece(id), probability, ends: id === end };
  });
}

/**
 * The mean logarithm of the probability that each word has after those before it.
 * @param logits [1, positions, vocabulary]
 * @param ids of the text, the start among them
 */
export function likelihood({ dims, data }: Tensor, ids: readonly number[]): number {
  const width = dims[2];
  let sum = 0;
  for (let at = 1; at < ids.length; at++) {
    const row = data.subarray((at - 1) * width, at * width);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    sum += row[ids[at]] - most - Math.log(row.reduce((total, x) => total + Math.exp(x - most), 0));
  }
  return sum / Math.max(1, ids.length - 1);
}
