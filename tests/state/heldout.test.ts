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
const photos = read('photos.json') as Record<string, Photographed>;
const report = (read('report.json') as { models: Record<string, Entry> }).models;
interface Photographed {
  sha256: string;
  asked: number;
  grounding: Pick<HeldOutHeads, 'naming' | 'pointing'>;
  heads: Record<'looks' | 'named', string>;
  figures: { name: string; set: string; value: number }[];
}
const told = read('heads.json') as Record<string, HeldOutHeads>;

test('the page’s file of heads agrees with the report to the digit, head by head', () => {
  expect(Object.keys(told)).toEqual([...Object.keys(report), ...Object.keys(photos)]);
  for (const [name, { sha256, scenes, heads }] of Object.entries(report)) {
    expect(told[name]).toMatchObject({ sha256, world: 'composed scenes', pictures: scenes });
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

test('photo models have every head in it too, and its best heads are those of the report', () => {
  for (const [name, { sha256, asked, grounding, heads, figures }] of Object.entries(photos)) {
    expect(told[name]).toEqual({ sha256, world: 'photographs', pictures: asked, ...grounding });
    for (const [way, side] of [
      ['pointing', 'looks'],
      ['naming', 'named'],
    ] as const) {
      const [module, head] = heads[side].split(', head ');
      const figure = figures.find((one) => one.name === `${way}, best head` && one.set === 'test')!;
      expect(grounding[way].modules[module].value[Number(head ?? 0)]).toBe(figure.value);
    }
    const floor = figures.find((one) => one.name === 'pointing, centre' && one.set === 'test')!;
    expect(grounding.pointing.centre).toBe(floor.value);
  }
});
