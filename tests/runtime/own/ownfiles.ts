import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A file as a visitor drops it. */
export const fileOf = (name: string, content: Uint8Array<ArrayBuffer> | string) => new File([content], name);

/** The bytes of a tiny model of a public architecture. */
export const hubBytes = (name: string) =>
  new Uint8Array(gunzipSync(readFileSync(join(import.meta.dirname, `../../oracle/hub/${name}.onnx.gz`))));

/** A vocabulary of 99 word pieces, as the tiny models have, whose ids 11 to 15 are these words. */
const words = ['a', 'red', 'dog', 'beside', 'trees'];

/** A tokenizer.json of it. */
export function tinyTokenizer(): string {
  const names = Array.from({ length: 99 }, (_, id) => words[id - 11] ?? `piece${id}`);
  Object.assign(names, ['[PAD]', '[CLS]', '[SEP]', '[UNK]', '[MASK]']);
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const added = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: names.slice(0, 5).map(added),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [1], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [2], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(names.map((name, id) => [name, id])),
    },
  });
}
