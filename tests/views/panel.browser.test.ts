import { beforeEach, expect, it } from 'vitest';
import { Playground } from '../../src/state/playground.svelte';
import { Lens } from '../../src/state/lens/lens.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import { atlasGroups, mapRow } from '../../src/views/head/heads';
import { sayHead, sayTarget } from '../../src/views/parts/sentences';
import Question from '../../src/views/input/Question.svelte';
import OffTab from '../../src/views/cause/OffTab.svelte';
import { settle, show } from '../charts/page';
import { makeEngine, makeTrace } from '../state/engine';
import { reference } from './reference';
import Within from './Within.svelte';

let lens: Lens;

const rowsOf = (lens: Lens) =>
  atlasGroups(lens.panel.attentions, () => true, mapRow(lens)).flatMap(({ rows }) => rows);

beforeEach(async () => {
  const panel = new Panel(0, () => Promise.resolve(makeEngine()));
  await panel.choose('zoo/meter-mini');
  lens = new Lens(panel, new Selection());
});

it('an atlas has a row for each module before the first run, and no map yet', () => {
  const rows = rowsOf(lens);
  expect(rows).toHaveLength(12);
  expect(rows.every((row) => row.cells.length === 5 && row.cells.every((cell) => cell.map === null))).toBe(
    true,
  );
});

it('an atlas has a map for every head that can have one, says what it shows, and is plain elsewhere', async () => {
  lens.panel.adopt(await reference(lens.panel), null);
  lens.selection.selectWord(1);
  const rows = rowsOf(lens);
  const asked = (row: (typeof rows)[number]) => row.queries[0] === 'text';
  expect(rows.every((row) => row.cells.every((cell) => (cell.map !== null) === asked(row)))).toBe(true);
  const says = Object.fromEntries(rows.map((row) => [row.name, row.direction]));
  expect(says['text → image 1']).toBe('text queries → image keys');
  expect(says['image → text 1']).toBe('');
  expect(says['text 1']).toBe('text queries → text keys');
});

it('the target and its head are said in words', async () => {
  lens.panel.adopt(await reference(lens.panel), null);
  lens.selection.selectWord(1);
  expect(sayTarget(lens)).toBe('“word1” as query');
  lens.selection.chooseHead(0, {
    attention: lens.panel.attentions.findIndex(({ name }) => name === 'text → image 1'),
    head: 2,
  });
  expect(sayHead(lens)).toBe('text → image 1, head 3');
  lens.selection.selectPoint([0.99, 0.3]);
  expect(sayTarget(lens)).toBe('patch in row 3, column 8 as query');
});

it('where no head is chosen and none is best, none of another module is offered to be switched off', async () => {
  const playground = new Playground(() => makeEngine());
  const [panel] = playground.panels;
  await panel.choose('zoo/clip-mini');
  panel.adopt(makeTrace('clip-mini', 'a dog'), null);
  const root = show(Within, { playground, view: OffTab });
  await settle();
  expect(root.querySelectorAll('[aria-label^="Blocks of"] button')).toHaveLength(0);
  expect(root.textContent).toContain('Choose a head in the atlas');
});

it('the field for questions follows the models that stand there: one that was not trained to answer says so', async () => {
  const playground = new Playground(() => makeEngine());
  const [first, second] = playground.panels;
  await Promise.all([first.choose('zoo/uniter-mini'), second.choose('zoo/vilt-mini')]);
  const root = show(Within, { playground, view: Question });
  const says = () => root.querySelector('input')!.placeholder;
  expect(says()).toBe('where is the dog?');
  playground.removePanel(second);
  await settle();
  expect(says()).toBe('no model shown was trained to answer');
});
