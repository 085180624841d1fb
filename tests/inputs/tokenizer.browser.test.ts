import { expect, test } from 'vitest';
import json from '../../models/lab/world/data/tokenizer.json';
import { loadTokenizer } from '../../src/inputs/tokenizer';

test('tokenising in a browser, before any session, asks no other origin for anything', async () => {
  const tokenizer = await loadTokenizer(json);
  expect(tokenizer.pieces('A red car.').map((piece) => piece.text)).toEqual(['a', 'red', 'car', '.']);
  const asked = performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin);
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked)).toEqual(new Set([location.origin]));
});
