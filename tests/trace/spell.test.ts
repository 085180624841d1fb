import { expect, test } from 'vitest';
import { spell } from '../../src/trace/spell';
import type { Token } from '../../src/trace/trace';

const piece = (text: string): Token => ({ stream: 'text', role: 'word', text });

/** Word and characters of every piece, as "word:characters". */
const spelt = (pieces: string, caption: string) =>
  spell(pieces.split(' ').map(piece), caption).map(
    ({ word, span }) => `${word}:${span ? caption.slice(...span) : '?'}`,
  );

test.each([
  ['WordPiece', 'a xylo ##phone , really', 'A xylophone, really', '0:A 1:xylo 1:phone 2:, 3:really'],
  ['SentencePiece', '▁a ▁x yl ophone', 'a xylophone', '0:a 1:x 1:yl 1:ophone'],
  ['byte-level BPE', 'a Ġxylo phone .', 'a xylophone.', '0:a 1:xylo 1:phone 2:.'],
  ['CLIP', 'a</w> xylo phone</w>', 'a xylophone', '0:a 1:xylo 1:phone'],
])('%s pieces find their words', (_, pieces, caption, wanted) => {
  expect(spelt(pieces, caption).join(' ')).toBe(wanted);
});

test('a piece that the vocabulary lacks is a word without characters, and the next ones are found again', () => {
  expect(spelt('a [UNK] on a ##n xy', 'a žluť on an island').join(' ')).toBe('0:a 1:? 2:on 3:a 3:n 4:?');
});

test('words that are given stay as they are, special pieces and patches have none', () => {
  const given: Token[] = [{ ...piece('dog'), word: 7 }];
  expect(spell(given, 'a dog')).toEqual(given);
  const others: Token[] = [
    { stream: 'text', role: 'cls', text: 'a' },
    { stream: 'image', role: 'patch' },
    { stream: 'text', role: 'word' },
  ];
  expect(spell(others, 'a dog')).toEqual(others);
});
