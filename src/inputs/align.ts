/** Where a piece came from. Both are undefined when the piece could not be found again in the text. */
export interface Aligned {
  /** Characters start..end-1 (UTF-16) of the text. */
  span?: readonly [start: number, end: number];
  /** Index of the word, as the tokenizer splits words: punctuation marks are words of their own. */
  word?: number;
}

/** The steps of a tokenizer before its vocabulary. */
export interface Steps {
  /** Pieces that are found in the raw text, such as "[MASK]". */
  specials: readonly string[];
  /** Stands for a whole word outside the vocabulary. */
  unk: string | null;
  /** Marks pieces that continue a word. */
  prefix: string;
  /** Lower case, accents and the like: as many characters from a text as from its characters one by one. */
  normalise: (text: string) => string;
  /** Words of a normalised text, in order and unchanged. */
  split: (text: string) => string[];
}

/** Each UTF-16 unit of a normalised text with the characters of the original that it came from. */
interface Traced {
  text: string;
  starts: number[];
  ends: number[];
}

/**
 * The origin of every piece of a text. Tokenizers in the browser say what the pieces are, not where they came from: the
 * steps before the vocabulary are done again character by character, and the pieces laid along the result.
 */
export function align(text: string, pieces: readonly string[], steps: Steps): Aligned[] {
  const aligned: Aligned[] = [];
  let word = 0;
  for (const [start, end] of sections(text, steps.specials)) {
    if (steps.specials.includes(text.slice(start, end))) {
      if (pieces[aligned.length] !== text.slice(start, end)) break;
      aligned.push({ span: [start, end], word: word++ });
      continue;
    }
    const traced = trace(text, start, end, steps.normalise);
    let from = 0;
    for (const part of steps.split(traced.text)) {
      from = traced.text.indexOf(part, from);
      if (!layWord(pieces, part, from, word, traced, steps, aligned)) return filled(aligned, pieces.length);
      from += part.length;
      word++;
    }
  }
  return filled(aligned, pieces.length);
}

/** Lays the next pieces along one word; false when they do not spell it. */
function layWord(
  pieces: readonly string[],
  part: string,
  from: number,
  word: number,
  { starts, ends }: Traced,
  { unk, prefix }: Steps,
  aligned: Aligned[],
): boolean {
  for (let at = 0; at < part.length;) {
    const piece = pieces[aligned.length];
    if (piece === undefined) return false;
    const spelt = at > 0 && piece.startsWith(prefix) ? piece.slice(prefix.length) : piece;
    const length = at === 0 && piece === unk ? part.length : spelt.length;
    if (piece !== unk && !part.startsWith(spelt, at)) return false;
    aligned.push({ span: [starts[from + at], ends[from + at + length - 1]], word });
    at += length;
  }
  return true;
}

const filled = (aligned: Aligned[], length: number) =>
  Array.from({ length }, (_, index): Aligned => aligned[index] ?? {});

/** The text cut at the special pieces in it; empty sections left out. */
function sections(text: string, specials: readonly string[]): [start: number, end: number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (const match of text.matchAll(anyOf(specials))) {
    if (match.index > from) found.push([from, match.index]);
    found.push([match.index, match.index + match[0].length]);
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push([from, text.length]);
  return found;
}

function anyOf(specials: readonly string[]): RegExp {
  const longestFirst = [...specials].sort((a, b) => b.length - a.length);
  return new RegExp(
    longestFirst.map((special) => special.replace(/[^\w]/g, '\\$&')).join('|') || '(?!)',
    'g',
  );
}

function trace(text: string, start: number, end: number, normalise: Steps['normalise']): Traced {
  const known = new Map<string, string>();
  const traced: Traced = { text: '', starts: [], ends: [] };
  const parts: string[] = [];
  let at = start;
  for (const character of text.slice(start, end)) {
    let normal = known.get(character);
    if (normal === undefined) known.set(character, (normal = normalise(character)));
    parts.push(normal);
    for (let i = 0; i < normal.length; i++) {
      traced.starts.push(at);
      traced.ends.push(at + character.length);
    }
    at += character.length;
  }
  // The normaliser may look at neighbours (a final sigma), as long as it keeps the count.
  const whole = normalise(text.slice(start, end));
  traced.text = whole.length === traced.starts.length ? whole : parts.join('');
  return traced;
}
