import { beforeEach, describe, expect, it } from 'vitest';
import type { Opened } from '../../src/runtime/client';
import { Lens } from '../../src/state/lens/lens.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import type { Attention, Slice, Token, Trace } from '../../src/trace/trace';
import { makeEngine, makeTrace } from './engine';

/** [CLS] red dog [SEP], then two patches side by side. */
const tokens: Token[] = [
  { stream: 'text', role: 'cls', text: '[CLS]' },
  { stream: 'text', role: 'word', text: 're', word: 0 },
  { stream: 'text', role: 'word', text: '##d', word: 0 },
  { stream: 'text', role: 'sep', text: '[SEP]' },
  { stream: 'image', role: 'patch', box: [0, 0, 0.5, 1] },
  { stream: 'image', role: 'patch', box: [0.5, 0, 0.5, 1] },
];

/** Two heads; weights are head by head, row by row. */
function attention(name: string, queries: Slice, keys: Slice, weights: number[]): Attention {
  const dims = [2, queries[1] - queries[0], keys[1] - keys[0]];
  const data = Float32Array.from(weights);
  return {
    graph: 'model',
    layer: 0,
    depth: 0,
    stage: 'fusion',
    name,
    queries,
    keys,
    visible: 'all',
    heads: 2,
    weights: { dims, data },
  };
}

const text: Slice = [0, 4];
const image: Slice = [4, 6];
const flat = (value: number, count: number) => Array.from({ length: count }, () => value);

/** Text queries over two patches: head 0 gives the pieces of "red" 0.9 and 0.7 of their weight to the right patch. */
const toImage = attention('text → image 1', text, image, [
  0.5,
  0.5,
  0.1,
  0.9,
  0.3,
  0.7,
  0.5,
  0.5,
  ...flat(0.5, 8),
]);
/** Patches over four text tokens: head 1 gives "red" 0.3 + 0.2 from the left patch, 0.6 + 0.1 from the right. */
const toText = attention('image → text 1', image, text, [
  ...flat(0.25, 8),
  0.4,
  0.3,
  0.2,
  0.1,
  0.2,
  0.6,
  0.1,
  0.1,
]);
const withinImage = attention('image 1', image, image, [0.25, 0.75, 0.5, 0.5, ...flat(0.5, 4)]);

let panel: Panel;
let selection: Selection;
let lens: Lens;

const round = (weights: ArrayLike<number> | undefined) =>
  weights && Array.from(weights, (weight) => Number(weight.toFixed(5)));

beforeEach(async () => {
  panel = new Panel(0, () => Promise.resolve(makeEngine()));
  await panel.choose('zoo/meter-mini');
  const trace: Trace = {
    ...makeTrace('meter-mini', 'red'),
    tokens,
    attentions: [withinImage, toImage, toText],
  };
  panel.adopt(trace, null);
  selection = new Selection();
  lens = new Lens(panel, selection);
});

describe('a word', () => {
  it('as query shows what its pieces look at, averaged', () => {
    selection.selectWord(0);
    selection.chooseHead(0, { attention: 1, head: 0 });
    expect(round(lens.overImage?.weights)).toEqual([0.2, 0.8]);
    expect(lens.overImage?.direction).toBe('text queries → image keys');
    expect(lens.overImage?.even).toBe(0.5);
    expect(lens.overText).toBeNull();
  });

  it('as key shows how much each patch gives to its pieces together', () => {
    selection.selectWord(0);
    selection.role = 'key';
    selection.chooseHead(0, { attention: 2, head: 1 });
    expect(round(lens.overImage?.weights)).toEqual([0.5, 0.7]);
    expect(lens.overImage?.direction).toBe('image queries → text keys');
  });

  it('that this model does not have shows nothing', () => {
    selection.selectWord(7);
    expect(lens.target).toEqual([]);
    expect(lens.overImage).toBeNull();
  });

  it('can be a special token', () => {
    selection.selectWord('sep');
    expect(lens.target).toEqual([3]);
  });
});

describe('a place in the picture', () => {
  it('is the patch that holds it, and asks the words', () => {
    selection.selectPoint([0.8, 0.4]);
    selection.chooseHead(0, { attention: 2, head: 1 });
    expect(lens.target).toEqual([5]);
    expect(round(lens.overText?.weights)).toEqual([0.2, 0.6, 0.1, 0.1]);
    expect(lens.overText?.direction).toBe('image queries → text keys');
  });

  it('outside of what the model sees is nothing', () => {
    expect(lens.patchAt([1.2, 0.5])).toBeNull();
    expect(lens.middle(1)).toEqual([0.75, 0.5]);
  });

  it('gives way to the word that was selected before', () => {
    selection.selectWord(0);
    selection.selectPoint([0.2, 0.2]);
    selection.releasePoint();
    expect(selection.selected).toEqual({ word: 0 });
  });
});

describe('the head that is shown', () => {
  it('is the mean of the last module with the block when no held-out figure names one', () => {
    selection.selectWord(0);
    const named = panel.manifest?.heads?.pointing?.attention;
    if (named) expect(lens.best).not.toBeNull();
    else expect(lens.best).toEqual({ attention: 1, head: 'mean' });
  });

  it('stays the chosen one where it knows nothing of the target, and has no map then', () => {
    selection.selectWord(0);
    selection.chooseHead(0, { attention: 2, head: 0 });
    expect(lens.relates(2)).toBe(false);
    expect(lens.choice).toEqual({ attention: 2, head: 0 });
    expect([lens.overImage, lens.overText]).toEqual([null, null]);
    expect([selection.role, selection.selected]).toEqual(['query', { word: 0 }]);
    selection.selectPoint([0.2, 0.2]);
    expect(lens.choice).toEqual({ attention: 2, head: 0 });
  });

  it('is previewed by pointing at it, in its own panel only', () => {
    selection.selectWord(0);
    selection.chooseHead(0, { attention: 1, head: 0 });
    selection.hoverHead(1, { attention: 1, head: 1 });
    expect(lens.choice).toEqual({ attention: 1, head: 0 });
    selection.hoverHead(0, { attention: 1, head: 1 });
    expect(lens.choice).toEqual({ attention: 1, head: 1 });
    expect(lens.settled).toEqual({ attention: 1, head: 0 });
  });

  it('can be the mean over heads', () => {
    selection.selectWord(0);
    selection.chooseHead(0, { attention: 1, head: 'mean' });
    expect(round(lens.overImage?.weights)).toEqual([0.35, 0.65]);
  });
});

it('keeps what is not only pointed at as it is while the pointer goes from word to word', () => {
  selection.selectWord(0);
  selection.chooseHead(0, { attention: 1, head: 0 });
  const { best, settledImage } = lens;
  selection.hover({ word: 'cls' });
  expect(round(lens.overImage?.weights)).toEqual([0.5, 0.5]);
  expect(round(settledImage?.weights)).toEqual([0.2, 0.8]);
  expect(lens.best).toBe(best);
  expect(lens.settledImage).toBe(settledImage);
});

describe('a head in small', () => {
  it('is over the other stream, else over the own; none where it does not know the target', () => {
    selection.selectWord(0);
    expect(lens.thumb(0, 0)).toBeNull();
    expect(round(lens.thumb(1, 0)?.weights)).toEqual([0.2, 0.8]);
    selection.selectPoint([0.2, 0.2]);
    expect(round(lens.thumb(0, 0)?.weights)).toEqual([0.25, 0.75]);
  });
});

it('hides the map of a picture that is no longer there', () => {
  selection.selectWord(0);
  panel.outdate();
  expect(lens.trace).toBeNull();
  expect(lens.overImage).toBeNull();
  expect(lens.tokens).toEqual(tokens);
});

it('shows no head of the last run beside words that were typed while the model was on its way', async () => {
  const slow = { ...makeEngine(), open: () => new Promise<Opened>(() => {}) };
  const waiting = new Panel(0, () => Promise.resolve(slow));
  await waiting.choose('zoo/meter-mini');
  const trace = { ...makeTrace('meter-mini', 'red'), tokens, attentions: [withinImage, toImage, toText] };
  waiting.adopt(trace, null);
  const late = new Lens(waiting, selection);
  selection.selectWord(0);
  expect(late.thumb(1, 0)).not.toBeNull();
  void waiting.run(
    { picture: { width: 1, height: 1, data: new Uint8ClampedArray(4) }, crop: [0, 0, 1, 1], caption: 'a' },
    '',
  );
  await expect.poll(() => late.behind).toBe(true);
  expect(late.tokens.map(({ text }) => text)).toEqual(['[CLS]', 'a', '[SEP]']);
  expect(late.trace).toBeNull();
  expect(late.thumb(1, 0)).toBeNull();
});

describe('two pictures, each read with the words in a sequence of its own', () => {
  /** One word and two patches a sequence; in the second the word is a token of its own. */
  const words = (image?: number): Token[] => [{ stream: 'text', role: 'word', text: 'dog', word: 0, image }];
  const patches = (image: number): Token[] =>
    [0, 0.5].map((left) => ({ stream: 'image', role: 'patch', image, box: [left, 0, 0.5, 1] }));
  const joint = (name: string, layer: number, slice: Slice, first: number[]): Attention => ({
    ...attention(name, slice, slice, [...first, ...flat(1 / 3, 15)]),
    layer,
  });
  const modules = [
    joint('joint 1, picture 1', 0, [0, 3], [0.2, 0.7, 0.1]),
    joint('joint 2, picture 1', 1, [0, 3], [0.2, 0.6, 0.2]),
    joint('joint 1, picture 2', 0, [3, 6], [0.4, 0.1, 0.5]),
    joint('joint 2, picture 2', 1, [3, 6], [0.3, 0.1, 0.6]),
  ];

  beforeEach(async () => {
    panel = new Panel(0, () => Promise.resolve(makeEngine()));
    await panel.choose('zoo/meter-mini');
    lens = new Lens(panel, selection);
    const both = [...words(), ...patches(0), ...words(1), ...patches(1)];
    panel.adopt({ ...makeTrace('meter-mini', 'dog'), tokens: both, attentions: modules }, null);
    selection.selectWord(0);
    selection.chooseHead(0, null);
  });

  it('shows the first until the other is asked for, which the same head of the same layer then looks at', () => {
    expect(lens.sequences).toHaveLength(2);
    expect([lens.picture, lens.best]).toEqual([0, { attention: 1, head: 'mean' }]);
    selection.chooseHead(0, { attention: 0, head: 0 });
    expect(round(lens.overImage?.weights)).toEqual([0.7, 0.1]);
    lens.turn(1);
    expect(selection.head(0)).toEqual({ attention: 2, head: 0 });
    expect([lens.picture, lens.places.text]).toEqual([1, [3]]);
    expect(round(lens.overImage?.weights)).toEqual([0.1, 0.5]);
    expect(lens.target).toEqual([3]);
  });

  it('has small maps of the heads of both, whichever is shown', () => {
    expect(round(lens.thumb(0, 0)?.weights)).toEqual([0.7, 0.1]);
    expect(round(lens.thumb(2, 0)?.weights)).toEqual([0.1, 0.5]);
  });

  it('knows a place in the second from one in the first', () => {
    lens.turn(1);
    selection.selectPoint([0.8, 0.5], undefined, 1);
    expect(lens.target).toEqual([5]);
    expect(lens.thumb(0, 0)).toBeNull();
    lens.turn(0);
    expect(lens.target).toEqual([]);
    selection.selectPoint([0.8, 0.5]);
    expect(lens.target).toEqual([2]);
  });
});
