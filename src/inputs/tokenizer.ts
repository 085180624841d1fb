import { align, type Aligned } from './align';
import { locate } from './locate';

/** A word piece of a text: its id in the vocabulary, and where it came from (see `Aligned`). */
export interface Piece extends Aligned {
  text: string;
  id: number;
}

/** Text to pieces and back for one `tokenizer.json`. */
export interface Tokenizer {
  /** The pieces of a text, without [CLS] and [SEP], in order. */
  pieces(text: string): Piece[];
  /** Id of a piece; undefined when the vocabulary has no such piece. */
  id(piece: string): number | undefined;
  /** The piece of an id. @throws Error when the id is outside the vocabulary. */
  piece(id: number): string;
}

/**
 * Makes a tokenizer from the parsed content of a `tokenizer.json`; nothing is fetched.
 * The library points onnxruntime-web at a public CDN when it is imported first: whoever makes sessions sets the address before.
 * @throws Error of one sentence when the content is no tokenizer, or one that the library cannot use; `pieces` too
 */
export async function loadTokenizer(json: unknown): Promise<Tokenizer> {
  const { PreTrainedTokenizer, env } = await import('@xenova/transformers');
  env.allowRemoteModels = false;
  env.allowLocalModels = false;
  env.useBrowserCache = false;
  if (typeof json !== 'object' || json === null || !('model' in json))
    throw new Error('expected the content of a tokenizer.json, got something without a "model"');
  const { _tokenizer: tokenizer } = understood(() => new PreTrainedTokenizer(json, {}));
  const specials = [...tokenizer.get_added_tokens_decoder().values()].map((token) => token.content);
  const unk =
    'unk_token' in (json.model as object) ? String((json.model as { unk_token: unknown }).unk_token) : null;
  const steps = {
    specials,
    unk,
    prefix: '##',
    normalise: (part: string) => tokenizer.normalizer?.normalize(part) ?? part,
    split: (part: string) => tokenizer.pre_tokenizer?.pre_tokenize([part]) ?? [part],
  };
  const { type = 'WordPiece' } = json.model as { type?: string };
  return {
    pieces(text) {
      return understood(() => {
        const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
        const spans = type === 'WordPiece' ? align(text, tokens, steps) : locate(text, tokens);
        return tokens.map((piece, index) => ({ text: piece, id: ids[index], ...spans[index] }));
      });
    },
    id: (piece) => tokenizer.token_to_id(piece),
    piece(id) {
      const piece = tokenizer.id_to_token(id);
      if (piece === undefined) throw new Error(`expected the id of a word piece, got ${id}`);
      return piece;
    },
  };
}

/** Damaged content makes the library fail anywhere, with words about its own code. */
function understood<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`expected a tokenizer.json that can be used, got one that fails: ${said.slice(0, 200)}`);
  }
}
