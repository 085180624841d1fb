/** The special pieces of a `tokenizer.json`; null where it has none. */
export interface Specials {
  cls: string | null;
  sep: string | null;
  mask: string | null;
  pad: string | null;
  unk: string | null;
}

type Json = Record<string, unknown>;
const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];
const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

/**
 * Reads which pieces stand around a text (`post_processor`) and which are the mask, the padding and the unknown word.
 * @param tokenizer the content of tokenizer.json
 * @param config that of tokenizer_config.json, which names what the other only holds
 */
export function readSpecials(tokenizer: Json, config: Json = {}): Specials {
  const added = objects(tokenizer.added_tokens).map(({ content }) => String(content));
  const [cls, sep] = around(tokenizer.post_processor as Json | null);
  const { unk_token: unk, unk_id: place, vocab } = (tokenizer.model ?? {}) as Json;
  const named = (key: string) => {
    const value = config[`${key}_token`];
    return textOf(value) ?? textOf((value as Json | null | undefined)?.content);
  };
  const padding = tokenizer.padding as Json | null;
  const listed = typeof place === 'number' && Array.isArray(vocab) ? (vocab[place] as unknown[])[0] : null;
  return {
    cls,
    sep,
    mask: named('mask') ?? added.find((piece) => /^[[<]\|?mask\|?[\]>]$/i.test(piece)) ?? null,
    pad:
      named('pad') ??
      textOf(padding?.pad_token) ??
      added.find((piece) => /^[[<]\|?pad\|?[\]>]$/i.test(piece)) ??
      null,
    unk: textOf(unk) ?? textOf(listed) ?? named('unk'),
  };
}

/** The one piece before and the one after a single text. */
function around(processor: Json | null): [before: string | null, after: string | null] {
  const type = processor?.type;
  if (type === 'BertProcessing' || type === 'RobertaProcessing') {
    const [cls, sep] = [processor?.cls, processor?.sep] as unknown[][];
    return [textOf(cls?.[0]), textOf(sep?.[0])];
  }
  if (type === 'TemplateProcessing') {
    const parts = objects(processor?.single);
    const text = parts.findIndex((part) => 'Sequence' in part);
    const piece = (part: Json | undefined) => textOf((part?.SpecialToken as Json | undefined)?.id);
    return [piece(parts[text - 1]), piece(parts[text + 1])];
  }
  for (const inner of objects(processor?.processors)) {
    const found = around(inner);
    if (found[0] ?? found[1]) return found;
  }
  return [null, null];
}
