/** Files that repositories had before tokenizer.json. */
export interface Vocabulary {
  /** vocab.txt: a WordPiece a line. */
  lines?: string;
  /** vocab.json: ids by piece. */
  pieces?: Record<string, unknown>;
  /** merges.txt: two pieces a line, in their order. */
  merges?: string;
}

type Json = Record<string, unknown>;

const token = (content: string, id: number) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/**
 * The tokenizer.json that transformers makes of the older files: BERT's of vocab.txt, CLIP's or RoBERTa's and GPT-2's of vocab.json and
 * merges.txt.
 * @param config tokenizer_config.json, which says whether BERT's is lower-cased
 * @returns null where the files make no tokenizer
 */
export function tokenizerOf({ lines, pieces, merges }: Vocabulary, config: Json = {}): Json | null {
  if (pieces && merges !== undefined) return bytePairs(pieces as Record<string, number>, readMerges(merges));
  if (lines !== undefined) return wordPieces(lines.replace(/\r?\n$/, '').split(/\r?\n/), config);
  return null;
}

function readMerges(text: string): [string, string][] {
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const [first, second, ...rest] = line.split(' ');
    return first && second && rest.length === 0 && !line.startsWith('#version') ? [[first, second]] : [];
  });
}

function wordPieces(pieces: readonly string[], config: Json): Json {
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].filter((piece) => piece in vocab);
  const { strip_accents: accents = null, tokenize_chinese_chars: chinese = true } = config;
  const piece = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const whole = (id: string) => ({ id, ids: [vocab[id]], tokens: [id] });
  return {
    version: '1.0',
    added_tokens: special.map((content) => token(content, vocab[content])).sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: chinese,
      strip_accents: accents,
      lowercase: config.do_lower_case !== false,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]')],
      pair: [],
      special_tokens: { '[CLS]': whole('[CLS]'), '[SEP]': whole('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
/** CLIP's words: openai/CLIP, simple_tokenizer.py. */
const clipWords =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

function bytePairs(vocab: Record<string, number>, merges: [string, string][]): Json {
  const isClip = '<|startoftext|>' in vocab;
  const [cls, sep] = isClip ? ['<|startoftext|>', '<|endoftext|>'] : ['<s>', '</s>'];
  const special = [cls, '<pad>', sep, '<unk>', '<mask>', '<|endoftext|>'].filter((piece) => piece in vocab);
  const around = cls in vocab && sep in vocab;
  return {
    version: '1.0',
    added_tokens: [...new Set(special)]
      .map((content) => token(content, vocab[content]))
      .sort((a, b) => a.id - b.id),
    normalizer: isClip
      ? {
          type: 'Sequence',
          normalizers: [
            { type: 'NFC' },
            { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
            { type: 'Lowercase' },
          ],
        }
      : null,
    pre_tokenizer: isClip
      ? {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: clipWords }, behavior: 'Removed', invert: true },
            byteLevel,
          ],
        }
      : byteLevel,
    post_processor: around
      ? { type: 'RobertaProcessing', sep: [sep, vocab[sep]], cls: [cls, vocab[cls]], trim_offsets: !isClip }
      : null,
    decoder: { ...byteLevel, add_prefix_space: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: isClip ? '<|endoftext|>' : null,
      continuing_subword_prefix: '',
      end_of_word_suffix: isClip ? '</w>' : '',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  };
}
