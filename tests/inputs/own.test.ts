import { describe, expect, test } from 'vitest';
import { locate } from '../../src/inputs/locate';
import { readSpecials } from '../../src/inputs/specials';
import { typedIds } from '../../src/inputs/typed';

const spelt = (text: string, pieces: string[]) =>
  locate(text, pieces).map(({ span, word }) => [span && text.slice(...span), word]);

describe('pieces of vocabularies other than WordPiece are found again', () => {
  test.each<[string, string, string[], [string | undefined, number | undefined][]]>([
    [
      'CLIP',
      'A red Xylophone, dog',
      ['a</w>', 'red</w>', 'xyl', 'ophone</w>', ',</w>', 'dog</w>'],
      [
        ['A', 0],
        ['red', 1],
        ['Xyl', 2],
        ['ophone', 2],
        [',', 3],
        ['dog', 4],
      ],
    ],
    [
      'GPT-2, where é is two bytes',
      'a café now',
      ['a', 'Ġcaf', 'Ã©', 'Ġnow'],
      [
        ['a', 0],
        ['caf', 1],
        ['é', 1],
        ['now', 2],
      ],
    ],
    [
      'GPT-2, where a letter is cut in two',
      'a 犬 now',
      ['a', 'Ġç', 'Ĭ¬', 'Ġnow'],
      [
        ['a', 0],
        [undefined, undefined],
        [undefined, undefined],
        ['now', 2],
      ],
    ],
    [
      'SentencePiece',
      'a café',
      ['▁a', '▁caf', 'é', '</s>'],
      [
        ['a', 0],
        ['caf', 1],
        ['é', 1],
        [undefined, undefined],
      ],
    ],
  ])('%s', (_, text, pieces, wanted) => expect(spelt(text, pieces)).toEqual(wanted));
});

describe('special pieces', () => {
  const added_tokens = ['[PAD]', '[UNK]', '[MASK]'].map((content) => ({ content }));
  test('of a template', () => {
    const single = [
      { SpecialToken: { id: '[CLS]' } },
      { Sequence: { id: 'A' } },
      { SpecialToken: { id: '[SEP]' } },
    ];
    expect(
      readSpecials({
        added_tokens,
        post_processor: { type: 'TemplateProcessing', single },
        model: { unk_token: '[UNK]' },
      }),
    ).toEqual({ cls: '[CLS]', sep: '[SEP]', mask: '[MASK]', pad: '[PAD]', unk: '[UNK]' });
  });
  test('of CLIP, where the end is the padding too', () => {
    const post_processor = {
      type: 'RobertaProcessing',
      cls: ['<|startoftext|>', 49406],
      sep: ['<|endoftext|>', 49407],
    };
    const config = { pad_token: { content: '<|endoftext|>' } };
    expect(readSpecials({ post_processor, model: { unk_token: '<|endoftext|>' } }, config)).toEqual({
      cls: '<|startoftext|>',
      sep: '<|endoftext|>',
      mask: null,
      pad: '<|endoftext|>',
      unk: '<|endoftext|>',
    });
  });
  test('of SentencePiece: an end and no beginning, and the unknown by its place', () => {
    const single = [{ Sequence: { id: 'A' } }, { SpecialToken: { id: '</s>' } }];
    const processors = [{ type: 'ByteLevel' }, { type: 'TemplateProcessing', single }];
    expect(
      readSpecials({
        post_processor: { type: 'Sequence', processors },
        padding: { pad_token: '<pad>' },
        model: {
          unk_id: 1,
          vocab: [
            ['<pad>', 0],
            ['<unk>', 0],
          ],
        },
      }),
    ).toEqual({ cls: null, sep: '</s>', mask: null, pad: '<pad>', unk: '<unk>' });
  });
  test('of a file that says nothing', () =>
    expect(readSpecials({})).toEqual({ cls: null, sep: null, mask: null, pad: null, unk: null }));
});

test('ids that are typed are the pieces, and anything else is refused in one sentence', () => {
  expect(typedIds.pieces('101  7')).toEqual([
    { text: '101', id: 101, word: 0, span: [0, 3] },
    { text: '7', id: 7, word: 1, span: [5, 6] },
  ]);
  expect(() => typedIds.pieces('101 dog')).toThrow(
    'This model came without a tokenizer: drop its tokenizer.json, or type ids such as “101 1037 3899 102” in place of “dog”.',
  );
});
