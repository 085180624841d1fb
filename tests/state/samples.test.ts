import { expect, it } from 'vitest';
import { editedWord } from '../../src/state/input/samples';

it.each([
  ['a red heart', 'a purple heart', 1],
  ['a star is to the right of a bird', 'a star is to the left of a bird', 5],
  ['An elephant with a star.', 'a bird with a star.', 1],
  ['two dogs', 'two dogs', null],
  ['two dogs', 'two', 1],
  ['', 'a dog', null],
])('“%s” differs from “%s” in word %s', (caption, foil, word) => {
  expect(editedWord(caption, foil)).toBe(word);
});
