import { readCaption, type CaptionReading } from '../inputs/caption';
import { lowered } from '../inputs/locate';
import type { Tensor } from '../tensor/tensor';
import type { Next, Token } from '../trace/trace';
import type { Assets, Prepared } from './adapter';
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
  if (writes && !writes.asked)
    return writes.start === null || (writes.prompted && read.ids.length > 0)
      ? read
      : started(read, writes.start);
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

/**
 * A question with the answer that a model has written to it so far, between the question's words and the picture; the same where it does not write answers.
 * @param written ids after the one that an answer starts by
 */
export function answering(prepared: Prepared, written: readonly number[], assets: Assets): Prepared {
  const { writes } = assets.manifest.own ?? {};
  if (!writes?.asked) return prepared;
  const question = prepared.tokens.filter(({ stream, written = false }) => stream === 'text' && !written);
  const picture = prepared.tokens.filter(({ stream }) => stream !== 'text');
  const first: Token = { stream: 'text', role: 'cls', text: '[start]', written: true };
  const read = readWritten(written, assets);
  return {
    ...prepared,
    written: [writes.start ?? 0, ...read.ids],
    tokens: [...question, first, ...read.tokens, ...picture],
  };
}

/** What a model has written so far, as it reads it again. */
function readWritten(written: readonly number[], { tokenizer }: Assets): CaptionReading {
  const tokens = written.map((id): Token => ({
    stream: 'text',
    role: 'word',
    text: pieceOf(tokenizer, id),
    written: true,
  }));
  return { ids: [...written], tokens, truncatedAt: null };
}

/** An input whose text is what the model wrote so far, behind the caption where that is what it goes on from. */
export function rewritten(prepared: Prepared, written: readonly number[], assets: Assets): Prepared {
  if (assets.manifest.own?.writes?.asked) return answering(prepared, written, assets);
  const read = readWritten(written, assets);
  if (assets.manifest.own?.writes?.prompted) {
    const end = prepared.tokens.findLastIndex(({ stream }) => stream === 'text') + 1;
    return {
      ...prepared,
      ids: [...prepared.ids, ...read.ids],
      tokens: prepared.tokens.toSpliced(end, 0, ...read.tokens),
    };
  }
  const { ids, tokens } = withEdges(read, assets);
  const picture = prepared.tokens.filter(({ stream }) => stream !== 'text');
  const { sequence } = assets.manifest;
  const order = sequence.flatMap((stream) => (stream === 'text' ? tokens : picture));
  return { ...prepared, caption: '', ids, tokens: order, truncatedAt: null };
}

/** A piece, or its number where the vocabulary ends before the logits do, as where they are rounded up to a multiple of 64. */
function pieceOf(tokenizer: Assets['tokenizer'], id: number): string {
  try {
    return tokenizer.piece(id);
  } catch {
    return `#${id}`;
  }
}

/**
 * The likeliest words after the last.
 * @param logits [1, positions, vocabulary]
 */
export function nextWords(logits: Tensor, { manifest, tokenizer }: Assets): Next[] {
  const { end, ends = [] } = manifest.own?.writes ?? {};
  const { data } = pickRows(logits, [logits.dims[1] - 1]);
  return likeliest(data, String).map(({ text, probability }) => {
    const id = Number(text);
    const last = id === end || ends.includes(id);
    return { id, text: last ? '' : pieceOf(tokenizer, id), probability, ends: last };
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
