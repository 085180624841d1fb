import { expect, test } from 'vitest';
import { Kept } from '../../src/runtime/kept';

/** Keeps two letters, and notes what was made and released. */
function shelf() {
  const notes: string[] = [];
  const kept = new Kept<string>(2, (letter) => {
    notes.push(`-${letter}`);
    return Promise.resolve();
  });
  const get = (letter: string) =>
    kept.get(letter, () => {
      notes.push(`+${letter}`);
      return Promise.resolve(letter);
    });
  return { kept, get, notes };
}

test('the one used longest ago goes first, before another is made', async () => {
  const { get, notes } = shelf();
  for (const letter of 'abaacab') expect(await get(letter)).toBe(letter);
  expect(notes).toEqual(['+a', '+b', '-b', '+c', '-c', '+b']);
});

test('one that could not be made is forgotten', async () => {
  const { kept, get, notes } = shelf();
  await expect(kept.get('a', () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
  expect(await get('a')).toBe('a');
  expect(notes).toEqual(['+a']);
});

test('everything goes at the end, what is being made as well', async () => {
  const { kept, get, notes } = shelf();
  const [a] = [get('a')];
  await kept.clear();
  expect(await a).toBe('a');
  expect(notes).toEqual(['+a', '-a']);
  await get('a');
  expect(notes).toEqual(['+a', '-a', '+a']);
});
