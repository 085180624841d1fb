/** JSON files that came along with a model, by name; each is a parsed object. */
export type Companions = Readonly<Record<string, Record<string, unknown>>>;

/** Where a model's processor puts a picture into a text, by its files. */
export interface Placing {
  /** The id that stands for the picture, and the piece that is written for it. */
  id: number | null;
  piece: string | null;
  /** Whether the picture stands before all words; null where the text says where it stands. */
  first: boolean | null;
  /** Ids after which a text has ended. */
  ends: number[];
  /** The id that a text begins with where nothing else is written. */
  start: number | null;
}

type Json = Record<string, unknown>;

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
const numbersOf = (value: unknown): number[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => numberOf(one) ?? []);

/** Processors that put the picture before the text whatever is written (Hugging Face's `processing_paligemma.py`, `processing_git.py`). */
const before = /^(PaliGemma|ColPali|Git)Processor$/;

/** Reads config.json, generation_config.json, processor_config.json and tokenizer_config.json, whichever came along. */
export function placingOf(companions: Companions): Placing {
  const config = objectOf(companions['config.json']);
  const inner = objectOf(config.text_config);
  const generation = objectOf(companions['generation_config.json']);
  const processor = objectOf(companions['processor_config.json']);
  const tokenizer = objectOf(companions['tokenizer_config.json']);
  const piece = textOf(processor.image_token) ?? textOf(tokenizer.image_token);
  const id = numberOf(config.image_token_index) ?? numberOf(config.image_token_id);
  const name = textOf(processor.processor_class) ?? textOf(tokenizer.processor_class) ?? '';
  const said = [generation.eos_token_id, config.eos_token_id, inner.eos_token_id];
  return {
    id: id ?? idOf(companions, piece),
    piece: piece ?? pieceOf(companions, id),
    first: name === '' ? null : before.test(name) ? true : null,
    ends: numbersOf(said.find((value) => numbersOf(value).length > 0)),
    start:
      numberOf(generation.decoder_start_token_id) ??
      numberOf(config.decoder_start_token_id) ??
      numberOf(generation.bos_token_id) ??
      numberOf(config.bos_token_id) ??
      numberOf(inner.bos_token_id),
  };
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string'
    ? value
    : typeof objectOf(value).content === 'string'
      ? String(objectOf(value).content)
      : null;

const added = (companions: Companions): Json[] => {
  const list = companions['tokenizer.json']?.added_tokens;
  return Array.isArray(list) ? list.map(objectOf) : [];
};

const idOf = (companions: Companions, piece: string | null) =>
  numberOf(added(companions).find(({ content }) => piece !== null && content === piece)?.id);

const pieceOf = (companions: Companions, id: number | null) =>
  textOf(added(companions).find((one) => id !== null && one.id === id)?.content);
