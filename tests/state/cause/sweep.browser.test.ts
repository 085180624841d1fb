import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Lost, Superseded } from '../../../src/runtime/client';
import { Ablation } from '../../../src/state/cause/ablation.svelte';
import { Panel } from '../../../src/state/panel/panel.svelte';
import type { Attention, Input, Slice } from '../../../src/trace/trace';
import type { HeldEngine, Pending } from '../engine';
import { makeEngine, makeTrace } from '../engine';

const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
const input = (caption: string): Input => ({ picture, crop: [0, 0, 1, 1], caption });

let engine: HeldEngine;
let panel: Panel;
let given: Input | null;
let foil: string;
let ablation: Ablation;

/** The run that waits for the test, alone; taken off the list. */
async function next(): Promise<Pending> {
  await vi.waitUntil(() => engine.pending.length > 0);
  expect(engine.pending).toHaveLength(1);
  return engine.pending.pop()!;
}

/** Answers the run that waits with a score. */
async function answer(match: number): Promise<Pending> {
  const run = await next();
  run.resolve(makeTrace(run.folder, run.input.caption, match));
  return run;
}

beforeEach(async () => {
  engine = makeEngine();
  const ready = () => Promise.resolve(engine);
  panel = new Panel(0, ready);
  given = input('a cat');
  foil = '';
  ablation = new Ablation(
    panel,
    ready,
    () => given,
    () => foil,
    () => null,
  );
  await panel.choose('zoo/vilt-mini');
});

describe('a sweep', () => {
  it('asks again for the head at which the engine was lost, keeps the others, and gives up in the end', async () => {
    void ablation.sweep.start();
    await answer(2);
    await answer(1);
    (await next()).reject(new Lost('The worker was ended from outside.'));
    panel.reopen();
    const again = await answer(0.5);
    expect(again.ask.masks?.[0].factor?.data).toEqual(Float32Array.of(1, 0, 1, 1));
    await vi.waitUntil(() => ablation.sweep.effects.length === 2);
    expect(ablation.sweep.effects.map(({ head, caption }) => [head, caption])).toEqual([
      [0, 1],
      [1, 0.5],
    ]);
    for (let lost = 0; lost < 3; lost++) (await next()).reject(new Lost('Gone.'));
    await vi.waitUntil(() => ablation.sweep.stage === 'failed');
    expect([ablation.sweep.sentence, ablation.sweep.effects.length]).toEqual(['Gone.', 2]);
  });

  it('goes one run at a time in a lane of its own: caption, then foil, for each head alone', async () => {
    foil = 'a dog';
    void ablation.sweep.start();
    const plain = [await answer(2), await answer(-1)];
    expect(plain.map((run) => [run.input.caption, run.ask.masks])).toEqual([
      ['a cat', undefined],
      ['a dog', undefined],
    ]);
    const [first] = [await answer(1), await answer(0)];
    expect(first.lane).toBe('0 sweep');
    expect(first.ask.masks).toEqual([
      { attention: 0, factor: { dims: [4, 1, 1], data: Float32Array.of(0, 1, 1, 1) } },
    ]);
    await vi.waitUntil(() => ablation.sweep.effects.length === 1);
    expect(ablation.sweep.effects[0]).toEqual({ attention: 0, head: 0, caption: 1, foil: 0 });
    expect(ablation.sweep.left).toBeGreaterThanOrEqual(0);
    ablation.sweep.cancel();
  });

  it.each([
    ['caption', () => (given = input('a cow'))],
    ['picture', () => (given = input('a cat'))],
    ['foil', () => (foil = 'a hen')],
  ])('ends when the %s changes, says so, and keeps what it has', async (what, change) => {
    const sweep = ablation.sweep.start();
    await answer(2);
    await answer(1);
    await next().then((run) => {
      change();
      run.resolve(makeTrace(run.folder, run.input.caption, 0));
    });
    await sweep;
    expect(engine.pending).toHaveLength(0);
    expect(ablation.sweep.stage).toBe('stopped');
    expect(ablation.sweep.sentence).toBe(`The ${what} changed after 2 of 24 heads.`);
    expect(ablation.sweep.effects).toHaveLength(2);
    expect(ablation.sweep.subject?.caption).toBe('a cat');
  });

  it('can be cancelled at once; the answer under way is dropped', async () => {
    const sweep = ablation.sweep.start();
    await answer(2);
    const late = await next();
    ablation.sweep.cancel();
    expect(ablation.sweep.sentence).toBe('Stopped after 0 of 24 heads.');
    late.resolve();
    await sweep;
    expect([ablation.sweep.stage, ablation.sweep.effects.length]).toEqual(['stopped', 0]);
  });

  it('that fails says why, and one that the visitor stopped by stopping the engine is no failure', async () => {
    const bad = ablation.sweep.start();
    (await next()).reject(new Error('The GPU ran out of memory.'));
    await bad;
    expect([ablation.sweep.stage, ablation.sweep.sentence]).toEqual(['failed', 'The GPU ran out of memory.']);
    const stopped = ablation.sweep.start();
    (await next()).reject(new Superseded('The run was stopped.'));
    await stopped;
    expect(ablation.sweep.stage).toBe('stopped');
  });

  it('ends at another stage of training, and what it has stays as that of the stage before', async () => {
    const sweep = ablation.sweep.start();
    await answer(2);
    await answer(1);
    const late = await next();
    ablation.carry();
    await panel.choose('zoo/vilt-mini-10', null, null, true);
    late.resolve();
    await sweep;
    expect(ablation.sweep.sentence).toBe('The training stage changed after 2 of 24 heads.');
    expect(ablation.sweep.changed).toBe('training stage');
  });

  it('is forgotten with the model', async () => {
    const sweep = ablation.sweep.start();
    const late = await next();
    ablation.restart();
    late.resolve();
    await sweep;
    expect([ablation.sweep.stage, ablation.sweep.subject]).toEqual(['empty', null]);
  });
});

describe('heads that are off', () => {
  /** A run of the model as it is, over words alone. */
  async function run(): Promise<void> {
    const done = panel.run(given!, foil);
    const { folder, resolve } = await next();
    const trace = makeTrace(folder, 'a cat', 2);
    const words: Slice = [0, trace.tokens.length];
    const attentions = panel.attentions.map(({ name, layer, depth, stage, heads }): Attention => ({
      ...{ graph: 'model', name, layer, depth, stage, heads },
      ...{ queries: words, keys: words, visible: 'all', weights: null },
    }));
    resolve({ ...trace, attentions });
    await done;
  }

  it('leave one sentence when the run fails, and a retry answers', async () => {
    await run();
    const off = ablation.toggle([{ attention: 0, off: 1 }]);
    (await next()).reject(new Error('The GPU ran out of memory.'));
    await off;
    expect([ablation.activity, ablation.sentence]).toEqual(['failed', 'The GPU ran out of memory.']);
    expect(panel.activity).toBe('idle');
    const retry = ablation.refresh();
    await answer(1);
    await retry;
    expect(ablation.activity).toBe('idle');
    expect(ablation.after.caption?.outputs.match.data[0]).toBe(1);
  });

  it('never show the answer of an earlier choice', async () => {
    await run();
    const first = ablation.toggle([{ attention: 0, off: 1 }]);
    const late = await next();
    const second = ablation.toggle([{ attention: 0, off: 1 }]);
    late.resolve();
    await Promise.all([first, second]);
    expect([ablation.count, ablation.after.caption, ablation.activity]).toEqual(['', null, 'idle']);
    expect(ablation.history.entries.map(({ says }) => says)).toEqual([
      'everything on',
      'joint 1, head 2 off',
      'joint 1, head 2 on',
    ]);
  });

  it('are none in a run from a file', async () => {
    await panel.choose('trace/0123456789abcdef');
    await ablation.toggle([{ attention: 0, off: 1 }]);
    expect([ablation.possible, ablation.count]).toEqual([false, '']);
  });

  it('are counted with the changes: something else done after going back replaces what came after', async () => {
    await run();
    for (const off of [0, 1, 2]) {
      const done = ablation.toggle([{ attention: 0, off }]);
      await answer(off);
      await done;
    }
    await ablation.go(1);
    const done = ablation.toggle([{ attention: 1, off: 'tt' }]);
    await answer(0);
    await done;
    expect(ablation.history.entries.map(({ says }) => says)).toEqual([
      'everything on',
      'joint 1, head 1 off',
      'joint 2, text → text off',
    ]);
    expect([ablation.count, ablation.history.canRedo]).toEqual(['1 head and 1 block off', false]);
    await ablation.go(-5);
    expect(ablation.history.canUndo).toBe(false);
  });
});
