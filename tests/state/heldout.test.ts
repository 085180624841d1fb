import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HeldOutHeads } from '../../src/state/set/heldout.svelte';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../models/zoo/${name}`, import.meta.url), 'utf8'));

interface Row {
  attention: string;
  head: number;
  value: number;
  specificity?: number;
}
interface Entry {
  sha256: string;
  scenes: number;
  heads: Record<'naming' | 'pointing', { chance: number; candidates: number; heads: Row[] }>;
}
const report = (read('report.json') as { models: Record<string, Entry> }).models;
const told = read('heads.json') as Record<string, HeldOutHeads>;

test('the page’s file of heads agrees with the report to the digit, head by head', () => {
  expect(Object.keys(told)).toEqual(Object.keys(report));
  for (const [name, { sha256, scenes, heads }] of Object.entries(report)) {
    expect(told[name]).toMatchObject({ sha256, scenes });
    for (const way of ['naming', 'pointing'] as const) {
      const { chance, candidates, modules } = told[name][way];
      expect({ chance, candidates }).toEqual({
        chance: heads[way].chance,
        candidates: heads[way].candidates,
      });
      for (const { attention, head, value, specificity } of heads[way].heads) {
        expect(modules[attention].value[head]).toBe(value);
        expect(modules[attention].specificity?.[head]).toBe(specificity);
      }
      const count = Object.values(modules).reduce((sum, { value }) => sum + value.length, 0);
      expect(count).toBe(heads[way].heads.length);
    }
  }
});
