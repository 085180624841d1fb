import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hide, readCaption } from '../../src/inputs/caption';
import { loadTokenizer } from '../../src/inputs/tokenizer';

const file = resolve(import.meta.dirname, '../../models/lab/world/data/tokenizer.json');
const tokenizer = await loadTokenizer(JSON.parse(readFileSync(file, 'utf8')));
const lexicon = new Set(['a', 'red', 'dog', 'and']);
const layout = { maxTokens: 8, cls: '[CLS]', sep: '[SEP]', mask: '[MASK]', unk: '[UNK]' };
const read = (caption: string) => readCaption(caption, tokenizer, layout, lexicon);

describe('caption', () => {
  test('an empty caption is [CLS] [SEP]', () => {
    expect(read('')).toEqual({
      tokens: [
        { stream: 'text', role: 'cls', text: '[CLS]' },
        { stream: 'text', role: 'sep', text: '[SEP]' },
      ],
      ids: [2, 3],
      truncatedAt: null,
    });
  });

  test('every token of a word knows its characters and its word', () => {
    const { tokens, ids } = read('A Dogx.');
    expect(tokens.map(({ text, word, span }) => [text, word, span])).toEqual([
      ['[CLS]', undefined, undefined],
      ['a', 0, [0, 1]],
      ['dog', 1, [2, 5]],
      ['##x', 1, [5, 6]],
      ['.', 2, [6, 7]],
      ['[SEP]', undefined, undefined],
    ]);
    expect(ids).toEqual(tokens.map(({ text }) => tokenizer.id(text ?? '')));
  });

  test('words outside the lexicon are marked with all their pieces, punctuation is not', () => {
    const unknown = (caption: string) =>
      read(caption).tokens.flatMap(({ unknown, text }) => (unknown ? [text] : []));
    expect(unknown('a dog, dogx 🐶')).toEqual(['dog', '##x', '[UNK]']);
    expect(unknown('A red dog.')).toEqual([]);
    expect(readCaption('dogx', tokenizer, layout).tokens.some((token) => token.unknown)).toBe(false);
  });

  test('what does not fit is cut and the place said; [SEP] stays', () => {
    const full = read('a dog a dog a dog');
    expect(full.truncatedAt).toBeNull();
    expect(full.tokens).toHaveLength(8);
    const cut = read('a dog a dog a dog  and');
    expect(cut.truncatedAt).toBe(19);
    expect(cut.tokens).toEqual(full.tokens);
    expect(read('a red dog, '.repeat(1250)).truncatedAt).toBe(17);
  });

  test('the pieces of a word are hidden', () => {
    const reading = read('a dogx car');
    const hidden = hide(reading, [2, 3], tokenizer, layout);
    expect(hidden.ids).toEqual([2, reading.ids[1], 4, 4, reading.ids[4], 3]);
    expect(hidden.tokens[3]).toEqual({ ...reading.tokens[3], role: 'mask', text: '[MASK]' });
    expect(reading.tokens[3].role).toBe('word');
    expect(() => hide(reading, [2], tokenizer, { ...layout, mask: null })).toThrow(
      'a model with a mask piece',
    );
  });

  test('a mask that the visitor types is one', () => {
    expect(read('a [MASK]').tokens[2]).toEqual({
      stream: 'text',
      role: 'mask',
      text: '[MASK]',
      word: 1,
      span: [2, 8],
    });
  });
});
