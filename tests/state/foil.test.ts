import { describe, expect, it } from 'vitest';
import { carryFoil } from '../../src/state/input/foil';

const pair = { caption: 'a dog and a red heart', foil: 'a dog and a purple heart' };

describe('a foil', () => {
  it.each([
    ['is its own for its own caption', pair.caption, pair.foil],
    ['goes along with a word more', 'a big dog and a red heart', 'a big dog and a purple heart'],
    ['goes along with another word', 'a cat  and a red heart', 'a cat  and a purple heart'],
    ['is gone with the word in which it differs', 'a dog and a blue heart', ''],
    ['is gone where that word stands twice', 'a red dog and a red heart', ''],
    ['is gone with the whole caption', 'two people on a bench', ''],
    ['is gone without a caption', '', ''],
  ])('%s', (_, caption, foil) => expect(carryFoil(pair, caption)).toBe(foil));

  it('takes an article along that changes with its noun, and pieces of any length', () => {
    const apple = { caption: 'a dog above an apple', foil: 'a dog above a tree' };
    expect(carryFoil(apple, 'one dog above an apple')).toBe('one dog above a tree');
    const swapped = { caption: 'a dog left of a tree', foil: 'a tree left of a dog' };
    expect(carryFoil(swapped, 'we see a dog left of a tree')).toBe('we see a tree left of a dog');
    expect(carryFoil({ caption: 'a dog', foil: 'a dog there' }, 'a cat')).toBe('');
  });
});
