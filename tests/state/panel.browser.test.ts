import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Superseded } from '../../src/runtime/client';
import { Panel } from '../../src/state/panel/panel.svelte';
import type { Input } from '../../src/trace/trace';
import type { HeldEngine, Pending } from './engine';
import { makeEngine, makeTrace } from './engine';

const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
const input = (caption: string): Input => ({ picture, crop: [0, 0, 1, 1], caption });

let engine: HeldEngine;
let panel: Panel;

const handed = new WeakSet<Pending>();

/** The newest run that is asked for, matches and was not handed out yet; waits until there is one. */
async function asked(caption: string, task = 'match') {
  return vi.waitFor(() => {
    const found = engine.pending
      .filter((run) => run.input.caption === caption && run.ask.task === task && !handed.has(run))
      .at(-1);
    if (!found) throw new Error(`no run of “${caption}” was asked for`);
    handed.add(found);
    return found;
  });
}

beforeEach(async () => {
  engine = makeEngine();
  panel = new Panel(0, () => Promise.resolve(engine));
  await panel.choose('zoo/vilt-mini');
});

describe('a run', () => {
  it('shows the caption first and then its foil, whose attention is not asked for', async () => {
    const done = panel.run(input('a cat'), 'a dog');
    (await asked('a cat')).resolve(makeTrace('zoo/vilt-mini', 'a cat', 2));
    const foil = await asked('a dog');
    expect(panel.trace?.outputs.match.data[0]).toBe(2);
    expect(panel.activity).toBe('running');
    expect(foil.ask.attentions).toBe('none');
    foil.resolve(makeTrace('zoo/vilt-mini', 'a dog', -1));
    await done;
    expect(panel.foil?.outputs.match.data[0]).toBe(-1);
    expect(panel.activity).toBe('idle');
  });

  it('never goes back to an earlier caption when results arrive in the wrong order', async () => {
    const first = panel.run(input('one'), '');
    const early = await asked('one');
    const second = panel.run(input('two'), '');
    (await asked('two')).resolve();
    await second;
    early.resolve();
    await first;
    expect(panel.trace?.caption).toBe('two');
    expect(panel.activity).toBe('idle');
  });

  it('shows an earlier caption while a later one is still under way', async () => {
    const first = panel.run(input('one'), '');
    const early = await asked('one');
    const second = panel.run(input('two'), '');
    const late = await asked('two');
    early.resolve();
    await first;
    expect(panel.trace?.caption).toBe('one');
    expect(panel.activity).toBe('running');
    late.resolve();
    await second;
    expect(panel.trace?.caption).toBe('two');
  });

  it('drops what was asked of the picture before', async () => {
    const first = panel.run(input('one'), '');
    const early = await asked('one');
    panel.outdate();
    early.resolve();
    await first;
    expect(panel.trace).toBeNull();
    expect(panel.fresh).toBe(false);
  });

  it('is silent about requests that a newer one replaced', async () => {
    const run = panel.run(input('one'), '');
    (await asked('one')).reject(new Superseded('replaced'));
    await run;
    expect(panel.activity).toBe('idle');
    expect(panel.sentence).toBeNull();
  });

  it('keeps the last result when one fails, and says why', async () => {
    const good = panel.run(input('one'), '');
    (await asked('one')).resolve();
    await good;
    const bad = panel.run(input('two'), '');
    (await asked('two')).reject(new Error('The GPU ran out of memory.'));
    await bad;
    expect(panel.activity).toBe('failed');
    expect(panel.sentence).toBe('The GPU ran out of memory.');
    expect(panel.trace?.caption).toBe('one');
  });

  it('clears the panel for an empty caption', async () => {
    const good = panel.run(input('one'), '');
    (await asked('one')).resolve();
    await good;
    await panel.run(input('  '), 'a foil');
    expect(panel.trace).toBeNull();
    expect(engine.pending).toHaveLength(1);
  });
});

describe('a foil', () => {
  it('is run alone, and only the newest one is shown', async () => {
    const run = panel.run(input('a cat'), 'a dog');
    (await asked('a cat')).resolve();
    (await asked('a dog')).resolve();
    await run;
    const first = panel.weigh(input('a cat'), 'a cow');
    const cow = await asked('a cow');
    const second = panel.weigh(input('a cat'), 'a hen');
    (await asked('a hen')).resolve();
    cow.resolve();
    await Promise.all([first, second]);
    expect(panel.foil?.caption).toBe('a hen');
    await panel.weigh(input('a cat'), '');
    expect(panel.foil).toBeNull();
  });
});

describe('a recorded run', () => {
  it('shows until a live one comes, and never after it', async () => {
    panel.adopt(makeTrace('vilt-mini', 'a cat', 1), null);
    expect(panel.recorded).toBe(true);
    const run = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve(makeTrace('zoo/vilt-mini', 'a cat', 2));
    await run;
    panel.adopt(makeTrace('vilt-mini', 'a cat', 1), null);
    expect(panel.recorded).toBe(false);
    expect(panel.trace?.outputs.match.data[0]).toBe(2);
  });
});

describe('a masked word', () => {
  it('hides every piece of the word and is forgotten with the next caption', async () => {
    const run = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve();
    await run;
    const mask = panel.mask(input('a cat'), [1]);
    const masked = await asked('a cat', 'mask');
    expect(masked.ask.masked).toEqual([2]);
    masked.resolve();
    await mask;
    expect(panel.masked?.words).toEqual([1]);
    const next = panel.run(input('a cow'), '');
    (await asked('a cow')).resolve();
    await next;
    expect(panel.masked).toBeNull();
    const back = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve();
    await back;
    expect(panel.masked).toBeNull();
  });

  it('stays hidden for another stage of the model and another picture', async () => {
    const run = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve();
    await run;
    const mask = panel.mask(input('a cat'), [1]);
    (await asked('a cat', 'mask')).resolve();
    await mask;
    await panel.choose('zoo/vilt-mini-03', null, null, true);
    expect(panel.masked?.words).toEqual([1]);
    const again = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve();
    const masked = await asked('a cat', 'mask');
    expect(panel.masked).toBeNull();
    expect(masked.ask.masked).toEqual([2]);
    masked.resolve();
    await again;
    expect(panel.masked?.words).toEqual([1]);
    panel.outdate();
    expect(panel.masked).toBeNull();
    const moved = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve();
    (await asked('a cat', 'mask')).resolve();
    await moved;
    expect(panel.masked?.words).toEqual([1]);
  });
});

describe('a model', () => {
  it('that cannot be opened leaves one sentence, and a retry opens it', async () => {
    engine.refusal = new Error('model.onnx: expected 3 MB, got 1 MB.');
    await panel.run(input('a cat'), '');
    expect(panel.activity).toBe('failed');
    expect(panel.sentence).toBe('model.onnx: expected 3 MB, got 1 MB.');
    const retry = panel.run(input('a cat'), '');
    (await asked('a cat')).resolve();
    await retry;
    expect(panel.activity).toBe('idle');
    expect(panel.trace?.caption).toBe('a cat');
  });

  it('is named by its manifest before it is opened, and its successor takes none of its results', async () => {
    expect(panel.manifest?.id).toBe('vilt-mini');
    const run = panel.run(input('a cat'), '');
    const old = await asked('a cat');
    await panel.choose('zoo/meter-mini');
    old.resolve();
    await run;
    expect(panel.manifest?.id).toBe('meter-mini');
    expect(panel.trace).toBeNull();
  });

  it('that is missing is told in the panel', async () => {
    await panel.choose('zoo/nothing');
    expect(panel.activity).toBe('failed');
    expect(panel.sentence).toMatch(/zoo\/nothing\/manifest\.json is missing/);
  });
});

describe('another stage of training', () => {
  const stage = (folder: string) => panel.choose(folder, null, null, true);

  beforeEach(async () => {
    const run = panel.run(input('a cat'), 'a dog');
    (await asked('a cat')).resolve(makeTrace('vilt-mini', 'a cat', 2));
    (await asked('a dog')).resolve(makeTrace('vilt-mini', 'a dog', -1));
    await run;
    engine.pending.length = 0;
  });

  it('leaves what is shown, with the model that it is of, outdated until it has run itself', async () => {
    const { trace, foil, reading } = panel;
    await stage('zoo/vilt-mini-10');
    expect([panel.outdated, panel.fresh, panel.folder]).toEqual([true, true, 'zoo/vilt-mini-10']);
    expect(panel.manifest?.id).toBe('vilt-mini');
    const run = panel.run(input('a cat'), 'a dog');
    const caption = await asked('a cat');
    expect(caption.folder).toBe('zoo/vilt-mini-10');
    expect([panel.outdated, panel.trace, panel.foil, panel.reading?.caption]).toEqual([
      ...[true, trace, foil],
      reading?.caption,
    ]);
    caption.resolve(makeTrace('vilt-mini-10', 'a cat', 1));
    const other = await asked('a dog');
    expect([panel.outdated, panel.trace?.model, panel.foil]).toEqual([false, 'vilt-mini-10', null]);
    expect(panel.manifest?.id).toBe('vilt-mini-10');
    other.resolve(makeTrace('vilt-mini-10', 'a dog', 0));
    await run;
    expect(panel.foil?.model).toBe('vilt-mini-10');
  });

  it('takes nothing that a stage before it was asked for, however many were passed', async () => {
    await stage('zoo/vilt-mini-10');
    const passed = panel.run(input('a cat'), '');
    const late = await asked('a cat');
    await stage('zoo/vilt-mini-30');
    late.resolve(makeTrace('vilt-mini-10', 'a cat', 1));
    await passed;
    expect([panel.outdated, panel.trace?.model, panel.manifest?.id]).toEqual([
      true,
      'vilt-mini',
      'vilt-mini',
    ]);
  });

  it('that cannot be opened says so, and leaves what is shown outdated', async () => {
    await stage('zoo/vilt-mini-10');
    engine.refusal = new Error('model.onnx: expected 3 MB, got 1 MB.');
    await panel.run(input('a cat'), '');
    expect([panel.activity, panel.outdated, panel.trace?.model]).toEqual(['failed', true, 'vilt-mini']);
  });

  it('gives way to its own recorded run, to an empty caption and to another model', async () => {
    await stage('zoo/vilt-mini-10');
    panel.adopt(makeTrace('vilt-mini-10', 'a cat', 1), null);
    expect([panel.outdated, panel.recorded, panel.foil]).toEqual([false, true, null]);
    await stage('zoo/vilt-mini-30');
    await panel.run(input(' '), '');
    expect([panel.outdated, panel.trace]).toEqual([false, null]);
    panel.adopt(makeTrace('vilt-mini-30', 'a cat', 1), null);
    await panel.choose('zoo/meter-mini');
    expect([panel.outdated, panel.trace, panel.reading]).toEqual([false, null, null]);
  });
});
