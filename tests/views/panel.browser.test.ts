import { beforeEach, expect, it } from 'vitest';
import { Lens } from '../../src/state/lens/lens.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import { readSafetensors } from '../../src/containers/safetensors';
import type { Attention, Token, Trace } from '../../src/trace/trace';
import { atlasGroups, mapRow } from '../../src/views/head/heads';
import { profilePoints, statisticsShown } from '../../src/views/head/profile';
import { sayHead, sayTarget } from '../../src/views/parts/sentences';
import { makeEngine, makeTrace } from '../state/engine';

let lens: Lens;

/** The model's stored reference, PyTorch's own attention, as a run. */
async function reference(panel: Panel): Promise<Trace> {
  const bytes = new Uint8Array(await (await fetch('/zoo/meter-mini/reference.safetensors')).arrayBuffer());
  const { tensors } = readSafetensors(bytes);
  const words = tensors.get('input_ids')!.dims[1];
  const tokens: Token[] = [
    ...Array.from({ length: words }, (_, at): Token => {
      if (at === 0) return { stream: 'text', role: 'cls', text: '[CLS]' };
      if (at === words - 1) return { stream: 'text', role: 'sep', text: '[SEP]' };
      return { stream: 'text', role: 'word', word: at - 1, text: `word${at - 1}` };
    }),
    ...Array.from({ length: 64 }, (_, at): Token => {
      return { stream: 'image', role: 'patch', box: [(at % 8) / 8, Math.floor(at / 8) / 8, 1 / 8, 1 / 8] };
    }),
  ];
  const slices = { text: [0, words], image: [words, words + 64] } as const;
  const attentions = panel.attentions.map((entry, index): Attention => {
    const stored = tensors.get(`attention.${index}`)!;
    const weights = { dims: stored.dims.slice(1), data: stored.data as Float32Array<ArrayBuffer> };
    const { name, layer, depth, stage, heads } = entry;
    const [queries, keys] = [slices[entry.queries[0]], slices[entry.keys[0]]];
    return { graph: 'model', name, layer, depth, stage, heads, queries, keys, visible: 'all', weights };
  });
  return { ...makeTrace('meter-mini', ''), tokens, attentions };
}

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

it('a layer profile has each statistic of each head, co-attention looking at the other stream alone', async () => {
  lens.panel.adopt(await reference(lens.panel), null);
  const share = profilePoints(
    lens,
    statisticsShown.find(({ id }) => id === 'image')!,
  );
  const across = share.find(({ name }) => name === 'text → image 1')!;
  expect(across.short).toBe('t→v 1');
  expect(across.heads.map((value) => Number(value.toFixed(4)))).toEqual([1, 1, 1, 1]);
  expect(share.find(({ name }) => name === 'text 1')?.mean).toBe(0);
  const entropy = profilePoints(lens, statisticsShown[0]);
  expect(entropy.flatMap(({ heads }) => heads).every((value) => value > 0 && value <= 1.0001)).toBe(true);
});
