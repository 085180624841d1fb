import { beforeEach, describe, expect, it } from 'vitest';
import type { Trace } from '../../src/trace/trace';
import { Lens } from '../../src/state/lens/lens.svelte';
import { Rolling } from '../../src/state/lens/rolling.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { across, joint, tokens } from '../attention/example';
import { makeEngine, makeTrace } from './engine';

/** "red dogs" over 2 × 2 patches: a joint layer of two heads and a co-attention of one. */
const attentions = [joint, { ...across, layer: 1, depth: 1 }];

let selection: Selection;
let lens: Lens;

const round = (weights: ArrayLike<number> | undefined) =>
  weights && Array.from(weights, (weight) => Number(weight.toFixed(5)));

beforeEach(async () => {
  const panel = new Panel(0, () => Promise.resolve(makeEngine()));
  await panel.choose('zoo/meter-mini');
  const trace: Trace = { ...makeTrace('meter-mini', 'red dogs'), tokens, attentions };
  panel.adopt(trace, null);
  selection = new Selection();
  lens = new Lens(panel, selection);
});

describe('gathered heads', () => {
  it('are one head more, which is chosen and shown like any other', () => {
    expect(lens.aggregate).toBeNull();
    lens.gathered.set([
      { attention: 1, head: 0 },
      { attention: 0, head: 0 },
    ]);
    expect(lens.aggregate).toEqual({ attention: 2, head: 0 });
    selection.selectWord(0);
    selection.chooseHead(0, lens.aggregate);
    expect(lens.attention?.name).toBe('mean of 2 heads');
    // "red" gives the first patch 0.4 and 1, the others nothing.
    expect(round(lens.overImage?.weights)).toEqual([0.7, 0, 0, 0]);
    lens.gathered.way = 'maximum';
    expect(round(lens.overImage?.weights)).toEqual([1, 0, 0, 0]);
  });

  it('give way to the best head when the last one is let go', () => {
    selection.selectWord(0);
    lens.gathered.toggle({ attention: 0, head: 1 });
    selection.chooseHead(0, lens.aggregate);
    expect(lens.choice).toEqual({ attention: 2, head: 0 });
    lens.gathered.toggle({ attention: 0, head: 1 });
    expect(lens.choice).toEqual(lens.best);
  });

  it('roll out over both streams, by the rule of the joint state', async () => {
    selection.selectWord(0);
    lens.gathered.set([
      { attention: 0, head: 0 },
      { attention: 1, head: 0 },
    ]);
    lens.gathered.way = 'rollout';
    await expect.poll(() => lens.gathered.attention).not.toBeNull();
    selection.chooseHead(0, lens.aggregate);
    // Joint layer: row of "red" is ½ e₁ + ½ A₁. Co-attention: half of that, and half of what the first patch held, ½ e₅ + ½ A₅.
    const first = 0.5 * 0.5 * 0.4 + 0.5 * (0.5 + 0.5 * 0.5);
    expect(round(lens.overImage?.weights)).toEqual([first, 0, 0, 0].map((x) => Number(x.toFixed(5))));
    expect(lens.gathered.progress).toBeNull();
  });
});

describe('several words together', () => {
  it('count one each, however many pieces they have', () => {
    selection.selectWord(0);
    selection.extend({ word: 1 });
    selection.chooseHead(0, { attention: 1, head: 0 });
    // "red": the first patch. "dogs": the mean of its two pieces, the second patch and all four alike.
    expect(round(lens.overImage?.weights)).toEqual([0.5625, 0.3125, 0.0625, 0.0625]);
    expect(lens.target).toEqual([1, 2, 3]);
  });

  it('add up as keys', () => {
    selection.selectWord(0);
    selection.extend({ word: 1 });
    selection.role = 'key';
    selection.chooseHead(0, { attention: 0, head: 0 });
    expect(round(lens.overImage?.weights)).toEqual([0.5, 0.5, 1, 0]);
  });

  it('let go of one that is chosen again, of the first too, and never of the last', () => {
    selection.selectWord(0);
    selection.extend({ word: 1 });
    selection.extend({ word: 0 });
    expect(selection.together).toEqual([{ word: 1 }]);
    selection.extend({ word: 1 });
    expect(selection.together).toEqual([{ word: 1 }]);
    selection.extend({ word: 0 });
    selection.selectWord(1);
    expect(selection.together).toEqual([{ word: 1 }]);
  });

  it('do not mix with places', () => {
    selection.selectWord(0);
    selection.extend({ point: [0.1, 0.1] });
    expect(selection.together).toEqual([{ point: [0.1, 0.1] }]);
    selection.extend({ point: [0.3, 0.7] });
    expect(lens.target).toEqual([5, 8]);
    selection.hover({ word: 1 });
    expect(lens.target).toEqual([2, 3]);
  });
});

describe('work in slices', () => {
  it('says how far it is and ends with its result', async () => {
    const rolling = new Rolling(slow(4));
    expect(rolling.result).toBeNull();
    expect(rolling.share).toBeGreaterThan(0);
    await expect.poll(() => rolling.result).toBe('done');
    expect(rolling.share).toBe(1);
  });

  it('ends without one when it is stopped', async () => {
    const rolling = new Rolling(slow(3));
    rolling.stop();
    await new Promise((done) => setTimeout(done, 60));
    expect(rolling.result).toBeNull();
  });
});

/** Works ten milliseconds at a time. */
function* slow(count: number): Generator<number, string> {
  for (let i = 1; i <= count; i++) {
    const end = performance.now() + 10;
    while (performance.now() < end);
    yield i / count;
  }
  return 'done';
}
