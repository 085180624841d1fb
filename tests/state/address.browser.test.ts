import { beforeEach, expect, it, vi } from 'vitest';
import { Playground } from '../../src/state/playground.svelte';
import type { HeldEngine } from './engine';
import { makeEngine, makeTrace } from './engine';

let engine: HeldEngine;

/** Gives every run that is asked for its words and one patch over the whole picture. */
function answer(): void {
  for (const { folder, input, resolve } of engine.pending.splice(0)) {
    const trace = makeTrace(folder, input.caption);
    const patch = { stream: 'image', role: 'patch', box: [0, 0, 1, 1] } as const;
    resolve({ ...trace, tokens: [...trace.tokens, patch] });
  }
}

/** Opens an address in a new page; every run that is asked for comes back. */
async function open(hash: string): Promise<Playground> {
  const playground = new Playground(() => engine);
  let done = false;
  void playground.open(hash).finally(() => (done = true));
  await vi.waitUntil(
    () => {
      answer();
      return done;
    },
    { timeout: 20_000 },
  );
  return playground;
}

const said = ({ notices }: Playground) => notices.said.map(({ sentence }) => sentence);

beforeEach(() => {
  engine = makeEngine();
});

it('holds gathered heads, what they are together, and that they are shown', async () => {
  const first = await open('#sample=composed-1');
  first.lenses[0].gathered.set([
    { attention: 2, head: 3 },
    { attention: 0, head: 1 },
  ]);
  first.lenses[0].gathered.way = 'rollout';
  first.chooseHead(0, { attention: first.panels[0].attentions.length, head: 0 });
  first.lenses[1].gathered.set([{ attention: 4, head: 0 }]);
  const later = await open(`#${first.link}`);
  expect(later.lenses.map(({ gathered }) => gathered.heads)).toEqual([
    [
      { attention: 0, head: 1 },
      { attention: 2, head: 3 },
    ],
    [{ attention: 4, head: 0 }],
  ]);
  expect(later.lenses.map(({ gathered }) => gathered.way)).toEqual(['rollout', 'mean']);
  expect(later.selection.head(0)).toEqual({ attention: later.panels[0].attentions.length, head: 0 });
  expect(later.link).toBe(first.link);
  expect(said(later)).toEqual([]);
});

it('holds words that are selected together, or places', async () => {
  const first = await open('#sample=composed-1&word=4');
  first.selection.extend({ word: 2 });
  first.selection.role = 'key';
  const words = await open(`#${first.link}`);
  expect(words.selection.together).toEqual([{ word: 4 }, { word: 2 }]);
  expect([words.selection.role, words.link]).toEqual(['key', first.link]);
  first.selection.selectPoint([0.25, 0.75]);
  first.selection.extend({ point: [0.5, 0.125] });
  const places = await open(`#${first.link}`);
  expect(places.selection.together).toEqual([{ point: [0.25, 0.75] }, { point: [0.5, 0.125] }]);
  expect(places.link).toBe(first.link);
});

it('holds how the table is sorted and which heads it shows', async () => {
  const first = await open('#sample=composed-1');
  const { numbers, display } = first;
  numbers.sort('entropy', false);
  numbers.sort('entropy', false);
  Object.assign(numbers, { stream: 'image', all: true, aside: 'likeness', x: 'sink', y: 'distance' });
  Object.assign(numbers, { search: 'fusion & “1”', block: 'vt', stage: 'fusion', layer: 2, gathered: true });
  Object.assign(numbers, { bounded: 'preference', way: 'most', bound: -0.25 });
  Object.assign(display, { tab: 'numbers', lines: true, scale: 'common', cells: 'statistic' });
  const later = await open(`#${first.link}`);
  expect(later.numbers).toMatchObject({
    ...{ column: 'entropy', descending: false, stream: 'image', all: true, aside: 'likeness' },
    ...{ x: 'sink', y: 'distance', search: 'fusion & “1”', block: 'vt', stage: 'fusion', layer: 2 },
    ...{ gathered: true, bounded: 'preference', way: 'most', bound: -0.25 },
  });
  expect(later.display).toMatchObject({ tab: 'numbers', lines: true, scale: 'common', cells: 'statistic' });
  expect(later.link).toBe(first.link);
});

it('opened in place of another, leaves nothing of it', async () => {
  const page = await open('#sample=composed-1');
  const before = page.link;
  page.lenses[0].gathered.set([{ attention: 0, head: 0 }]);
  page.numbers.search = 'joint';
  page.numbers.layer = 1;
  page.display.lines = true;
  page.selection.extend({ word: 1 });
  expect(page.link).not.toBe(before);
  let done = false;
  void page.open(`#${before}`).finally(() => (done = true));
  await vi.waitUntil(() => {
    answer();
    return done;
  });
  expect(page.link).toBe(before);
});

it('names in one sentence all that it could not bring', async () => {
  const page = await open(
    '#sample=gone&model=zoo/vilt-mini&model=trace/0123456789abcdef&model=zoo/none' +
      '&gather=0.joint 1.0&gather=0.joint 1.44&head=joint 1.99&beside=0.joint 9.2&off=0.joint 77.1',
  );
  expect(said(page)).toEqual([
    'This link could not bring the sample “gone”, which this page has not; ' +
      'its run from a file, which never left the browser it was given to (drop the file here); ' +
      '1 of 2 gathered heads, which ViLT-mini has not; ' +
      'the head “joint 1, head 100”, which ViLT-mini has not; ' +
      'the head “joint 9, head 3” beside the matrix, which ViLT-mini has not; and 1 of 1 things switched off.',
  ]);
  expect(page.lenses[0].gathered.heads).toEqual([{ attention: 0, head: 0 }]);
});

it('to a model that is not there says so, and the model beside it runs', async () => {
  const page = await open('#model=zoo/none&model=zoo/meter-mini');
  expect(said(page)).toEqual(['This link could not bring the model “zoo/none”, which this page has not.']);
  expect(page.panels.map(({ activity }) => activity)).toEqual(['failed', 'idle']);
  expect(page.panels[0].sentence).toContain('zoo/none/manifest.json is missing on the server');
  expect(page.panels[1].trace).not.toBeNull();
});

it('does not keep gathered heads of a model that gave way to another', async () => {
  const page = await open('#sample=composed-1');
  page.lenses[0].gathered.set([{ attention: 5, head: 1 }]);
  void page.chooseModel(page.panels[0], 'zoo/clip-mini');
  await vi.waitUntil(() => page.panels[0].manifest?.id === 'clip-mini');
  expect(page.lenses[0].gathered.heads).toEqual([]);
  expect(page.link).not.toContain('gather');
});
