import { afterEach, beforeEach, expect, it } from 'vitest';
import { Depot } from '../../../src/state/keep/depot';
import { saveSession } from '../../../src/state/saved';
import { Playground } from '../../../src/state/playground.svelte';
import { writeFeatures } from '../../../src/trace/features/arrays';
import type { Box } from '../../../src/trace/trace';
import type { HeldEngine } from '../engine';
import { makeEngine, makeTrace } from '../engine';
import type { Restored } from './walked';

let engine: HeldEngine;
let answering: ReturnType<typeof setInterval>;

/** Gives every run that is asked for its words and one patch over the whole picture, and so again of a second picture. */
function answer(): void {
  for (const { folder, input, resolve } of engine.pending.splice(0)) {
    const trace = makeTrace(folder, input.caption);
    const patch = { stream: 'image', role: 'patch', box: [0, 0, 1, 1] } as const;
    const tokens = [...trace.tokens, patch];
    const again = input.second ? tokens.map((token) => ({ ...token, image: 1 })) : [];
    resolve({ ...trace, tokens: [...tokens, ...again] });
  }
}

beforeEach(() => {
  engine = makeEngine();
  answering = setInterval(answer, 5);
});

afterEach(() => {
  clearInterval(answering);
  history.replaceState(null, '', location.pathname + location.search);
});

async function open(hash: string): Promise<Playground> {
  const page = new Playground(() => engine);
  await page.open(hash);
  return page;
}

const placeOf = ({ panels }: Playground, slot: number) => panels.findIndex((panel) => panel.slot === slot);
const shownIn = (page: Playground, kind: 'word' | 'point') =>
  page.selection.together.map((target) => (kind === 'word' ? target.word : target.point));
const rounded = (box: Box | null | undefined) => box?.map((side) => Number(side.toFixed(4)));

/** What a page shows of each thing, in words that hold on another page too: slots are places there. */
type See = (page: Playground) => unknown;

const see = {
  'lens/display tab': ({ display }) => display.tab,
  'lens/display lines': ({ display }) => display.lines,
  'lens/display cells': ({ display }) => display.cells,
  'lens/display scale': ({ display }) => display.scale,
  'lens/display effect': ({ display }) => display.effect,
  'lens/display figure': ({ display }) => display.figure,
  'lens/display ground': ({ display }) => display.ground,
  'lens/display times': ({ display }) => display.times,
  'lens/display #folds': ({ panels, display }) =>
    panels.map(({ slot }) => ['text', 'image', 'fusion'].map((group) => display.opened(slot, group))),
  'lens/display #lists': ({ panels, display }) => panels.map(({ slot }) => display.lists.includes(slot)),
  'lens/matrix scale': ({ display }) => display.matrix.scale,
  'lens/matrix second': (page) => {
    const { second } = page.display.matrix;
    return typeof second === 'string' ? second : { ...second, slot: placeOf(page, second.slot) };
  },
  'lens/matrix sight': ({ display }) => display.matrix.sight,
  'lens/matrix secondSight': ({ display }) => display.matrix.secondSight,
  'lens/gathered #heads': ({ panels, lenses }) => panels.map(({ slot }) => lenses[slot].gathered.heads),
  'lens/gathered way': ({ panels, lenses }) => panels.map(({ slot }) => lenses[slot].gathered.way),
  'lens/numbers column': ({ numbers }) => numbers.column,
  'lens/numbers descending': ({ numbers }) => numbers.descending,
  'lens/numbers stream': ({ numbers }) => numbers.stream,
  'lens/numbers all': ({ numbers }) => numbers.all,
  'lens/numbers aside': ({ numbers }) => numbers.aside,
  'lens/numbers kin': ({ numbers }) => numbers.kin,
  'lens/numbers x': ({ numbers }) => numbers.x,
  'lens/numbers y': ({ numbers }) => numbers.y,
  'lens/numbers search': ({ numbers }) => numbers.search,
  'lens/numbers block': ({ numbers }) => numbers.block,
  'lens/numbers stage': ({ numbers }) => numbers.stage,
  'lens/numbers layer': ({ numbers }) => numbers.layer,
  'lens/numbers bounded': ({ numbers }) => numbers.bounded,
  'lens/numbers way': ({ numbers }) => numbers.way,
  'lens/numbers bound': ({ numbers }) => numbers.bound,
  'lens/numbers gathered': ({ numbers }) => numbers.gathered,
  'lens/selection #word': ({ selection }) => selection.word,
  'lens/selection #of': ({ selection }) => selection.selected?.of,
  'lens/selection #point': ({ selection }) => selection.point,
  'lens/selection #box': ({ selection }) => rounded(selection.selected?.box),
  'lens/selection #picture': ({ selection }) => selection.selected?.picture,
  'lens/selection turned': ({ selection }) => selection.turned,
  'lens/selection #kind': ({ selection }) => selection.selected?.point !== undefined,
  'lens/selection #also': (page) => [shownIn(page, 'word'), shownIn(page, 'point')],
  'lens/selection #heads': ({ panels, selection }) => panels.map(({ slot }) => selection.head(slot)),
  'lens/selection role': ({ selection }) => selection.role,
  'lens/selection focus': ({ panels, focused }) => panels.indexOf(focused),
  'lens/selection statistic': ({ selection }) => selection.statistic,
  'input/taken #sample': ({ workspace }) => workspace.sample?.id,
  'input/taken #own': ({ workspace }) => workspace.own?.identity,
  'input/taken #crop': ({ workspace }) => rounded(workspace.crop),
  'input/taken #sample of the second': ({ workspace }) => workspace.second.sample?.id,
  'input/taken #own of the second': ({ workspace }) => workspace.second.own?.identity,
  'input/taken #crop of the second': ({ workspace }) => rounded(workspace.second.crop),
  'input/workspace #awaited': ({ workspace }) =>
    workspace.awaited && { ...workspace.awaited, boxes: workspace.awaited.boxes?.map(rounded) },
  'input/workspace caption': ({ workspace }) => workspace.caption,
  'input/workspace foil': ({ workspace }) => workspace.foil,
  'input/second #awaited': ({ workspace }) => workspace.second.named,
  'input/regions #boxes': ({ workspace }) => workspace.regions.boxes?.map(rounded),
  'input/regions #held': ({ workspace }) => workspace.regions.held?.identity,
  'input/regions #rows': ({ workspace }) =>
    workspace.regions.rows?.map(({ row, box }) => [row, rounded(box)]),
  'panel/beside #open': ({ panels }) => panels.length,
  'panel/panel #folder': ({ panels }) => panels.map(({ folder }) => folder),
  'panel/panel #imported': ({ panels }) => panels.map(({ imported }) => imported?.folder),
  'panel/runs #hidden': ({ panels }) => panels.map(({ hidden }) => hidden),
  'panel/question #text': ({ question }) => question.text,
  'panel/question #asked': ({ question }) => question.asked,
  'cause/history #entries': ({ panels, ablations }) =>
    panels.map(({ slot }) => ablations.each[slot].cuts.parts.length),
  'cause/history #at': ({ panels, ablations }) => panels.map(({ slot }) => ablations.each[slot].cuts),
  'set/preferences #overlay': ({ preferences }) => preferences.overlay,
} satisfies Record<Restored, See> & Record<string, See>;
const all = Object.entries<See>(see);

const boxes: Box[] = [
  [0.1, 0.2, 0.4, 0.4],
  [0.5, 0.25, 0.25, 0.5],
];

/** What a visitor did before the link was copied: all of it cannot be done at once. */
const scenes: Record<string, (page: Playground) => Promise<unknown> | void> = {
  'words, heads and how they are shown': async (page) => {
    const { display, numbers, selection, panels, lenses, ablations, workspace, question } = page;
    page.typeCaption('a dog & a “cat” = 2');
    page.typeFoil('a dog & a “cow” = 2');
    question.type('where is the dog');
    await question.ask();
    workspace.cropTo([0.125, 0.25, 0.5, 0.5]);
    workspace.regions.draw(boxes);
    await page.pairing.choose(workspace.samples[3]);
    selection.selectWord(4);
    selection.extend({ word: 1 });
    Object.assign(selection, { role: 'key', focus: 1, statistic: 'sink', turned: 1 });
    page.chooseHead(1, { attention: 6, head: 'mean' });
    for (const { slot } of panels) lenses[slot].gathered.set([{ attention: 1, head: 2 - slot }]);
    lenses[1].gathered.way = 'maximum';
    for (const panel of panels) panel.hide(workspace.caption, [1]);
    for (const off of [0, 1]) await ablations.each[1].toggle([{ attention: 2, off }]);
    await ablations.each[1].go(1);
    await ablations.each[0].renormalise(true);
    Object.assign(display, { tab: 'matrix', lines: true, cells: 'effect', scale: 'common' });
    Object.assign(display, { effect: 'preference', figure: 'strip', ground: 'page', times: 3 });
    display.fold(0, 'fusion', false);
    display.fold(1, 'text', true);
    display.list(1, true);
    Object.assign(display.matrix, { scale: 'row', sight: { row: 1.5, column: 2.25, scale: 20 } });
    display.matrix.secondSight = { row: 0, column: 7, scale: 11.5 };
    display.matrix.second = { slot: 0, attention: 'joint 2', head: 3 };
    Object.assign(numbers, { column: 'entropy', descending: false, stream: 'image', all: true });
    Object.assign(numbers, { aside: 'likeness', kin: 'samples', x: 'distance', y: 'image' });
    Object.assign(numbers, { search: 'joint & “1”', block: 'vt', stage: 'fusion', layer: 2 });
    Object.assign(numbers, { bounded: 'preference', way: 'most', bound: -0.25, gathered: true });
    page.preferences.show('tint');
  },
  'a place in an own picture, with features': async (page) => {
    await page.usePicture(await plain());
    page.removePanel(page.panels[0]);
    page.typeCaption('a plain picture');
    page.cropTo([0.25, 0, 0.5, 0.75]);
    await page.placing.use([features()]);
    page.placing.place([{ row: 1, box: boxes[0] }]);
    await page.pairing.use(await plain('grey.png'));
    page.pairing.cropTo([0, 0.125, 0.5, 0.5]);
    page.selection.selectPoint([0.3, 0.4], boxes[0], 1);
    page.selection.extend({ point: [0.5, 0.625], picture: 1 });
    page.display.fold(1, 'image', false);
    page.display.matrix.second = 'none';
    page.chooseHead(1, { attention: 3, head: 1 });
  },
  'a run from a file, whose words are others': async (page) => {
    await page.imports.open(await recorded());
    await expect.poll(() => page.panels[1].imported).not.toBe(null);
    const { folder: run } = page.panels[1].imported!;
    await expect.poll(() => new Depot().has(run)).toBe(true);
    const { places, tokens } = page.lenses[1];
    const words = places.text.filter((position) => tokens[position].word !== undefined);
    const [one, other] = words.map((position) => page.lenses[1].wordAt(position)!);
    page.selection.selectWord(one.word, one.of);
    page.selection.extend(other);
  },
};

async function plain(name = 'plain.png'): Promise<File> {
  const response = await fetch(new URL(`/tests/fixtures/images/${name}`, location.origin));
  return new File([await response.arrayBuffer()], name, { type: 'image/png' });
}

async function recorded(): Promise<File> {
  const response = await fetch(new URL('../../oracle/trace/vilt.npz', import.meta.url));
  return new File([await response.arrayBuffer()], 'vilt.npz');
}

function features(): File {
  const vectors = { dims: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) };
  return new File(
    [writeFeatures({ boxes, vectors, confidences: null, origin: 'regions.npz' })],
    'regions.npz',
  );
}

const seen = (page: Playground) => Object.fromEntries(all.map(([name, look]) => [name, look(page)]));
const said = ({ notices }: Playground) => notices.said.map(({ sentence }) => sentence);

it('of a link and of a session file, nothing that the page remembers of a view is lost', async () => {
  const fresh = seen(await open('#sample=composed-1'));
  const changed = new Set<string>();
  for (const [scene, act] of Object.entries(scenes)) {
    const first = await open('#sample=composed-1');
    await act(first);
    const before = seen(first);
    for (const [name] of all)
      if (JSON.stringify(before[name]) !== JSON.stringify(fresh[name])) changed.add(name);
    const linked = await open(`#${first.link}`);
    expect(seen(linked), scene).toEqual(before);
    expect([linked.link, said(linked)], scene).toEqual([first.link, []]);
    const saved = await saveSession(first);
    const opened = await open('#sample=composed-2');
    await opened.openSession(new File([saved], 'session.vlpm.zip'));
    expect(seen(opened), scene).toEqual(before);
    expect(said(opened), scene).toEqual([]);
  }
  const waits = await open(
    '#picture=0123456789abcdef&caption=a+dog&crop=0.25,0,0.5,0.75&boxes=AAAAAA____AA&second=own.fedcba9876543210',
  );
  const before = seen(waits);
  expect(before['input/workspace #awaited']).toMatchObject({ identity: '0123456789abcdef' });
  expect(before['input/second #awaited']).toMatchObject({ of: 'own', id: 'fedcba9876543210' });
  expect(seen(await open(`#${waits.link}`))).toEqual(before);
  changed.add('input/workspace #awaited');
  expect(all.filter(([name]) => !changed.has(name))).toEqual([]);
}, 60_000);
