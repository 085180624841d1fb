import { expect, it } from 'vitest';
import { sources } from '../../support/tree';
import { passing, remembers, restored } from './walked';

it('knows of everything that the page remembers whether a link brings it back', () => {
  const files = sources(['src/state', 'src/views', 'src/charts'], /\.svelte(\.ts)?$/);
  const found = [...files].flatMap(([path, source]) => remembers(path, source));
  const known = [...restored, ...Object.values(passing).flat()];
  expect(found.filter((one) => !known.includes(one))).toEqual([]);
  expect(known.filter((one) => !found.includes(one))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});

it('finds what is remembered, however it is written', () => {
  const source = `
    let open = $state(false);
    let list = $state<HTMLElement>();
    #heads = $state.raw<readonly (HeadChoice | null)[]>([]);
    readonly way: Way = $state('mean');
    return { of: $state(1) };`;
  expect(remembers('src/state/lens/some.svelte.ts', source)).toEqual([
    ...['lens/some open', 'lens/some list', 'lens/some #heads', 'lens/some way'],
    'lens/some: 1 without a name',
  ]);
  expect(remembers('src/views/Some.svelte', 'let a = $state(0);')).toEqual(['views/Some a']);
});
