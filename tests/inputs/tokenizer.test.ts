import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { loadTokenizer } from '../../src/inputs/tokenizer';
import { oracleBytes } from '../support/oracle';

interface Case {
  text: string;
  ids: number[];
  spans: [number, number][];
  words: number[];
}
const oracle = JSON.parse(new TextDecoder().decode(oracleBytes('pieces.json'))) as {
  long: { part: string; times: number; count: number; last: Omit<Case, 'text'> };
  divergent: Case[];
  cases: Case[];
};
const file = resolve(import.meta.dirname, '../../models/lab/world/data/tokenizer.json');
const tokenizer = await loadTokenizer(JSON.parse(readFileSync(file, 'utf8')));

function read(text: string) {
  const pieces = tokenizer.pieces(text);
  return {
    text,
    ids: pieces.map((piece) => piece.id),
    spans: pieces.map((piece) => piece.span),
    words: pieces.map((piece) => piece.word),
  };
}

describe('tokenizer', () => {
  test(`reads ${oracle.cases.length} texts as the Python tokenizer does: pieces, spans, words`, () => {
    expect(oracle.cases.length).toBeGreaterThanOrEqual(300);
    for (const expected of oracle.cases) expect(read(expected.text)).toEqual(expected);
  });

  test('reads 5,000 words', () => {
    const { part, times, count, last } = oracle.long;
    const { ids, spans, words } = read(part.repeat(times));
    expect(ids).toHaveLength(count);
    expect({ ids: ids.slice(-4), spans: spans.slice(-4), words: words.slice(-4) }).toEqual(last);
  });

  test.each(oracle.divergent)(
    'known divergence from Python, spans still inside the text: $text',
    (expected) => {
      const result = read(expected.text);
      expect(result).not.toEqual(expected);
      expect(result.spans.every((span) => span && span[0] < span[1] && span[1] <= expected.text.length)).toBe(
        true,
      );
    },
  );

  test('knows pieces by id and ids by piece', () => {
    const id = tokenizer.id('[MASK]');
    expect(id).toBe(4);
    expect(tokenizer.piece(4)).toBe('[MASK]');
    expect(tokenizer.id('no such piece')).toBeUndefined();
    expect(() => tokenizer.piece(1e6)).toThrow('expected the id of a word piece, got 1000000');
  });

  test('asks the network for nothing', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    await loadTokenizer(JSON.parse(readFileSync(file, 'utf8')));
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('refuses what is no tokenizer', async () => {
    await expect(loadTokenizer({ version: 1 })).rejects.toThrow('expected the content of a tokenizer.json');
  });
});
