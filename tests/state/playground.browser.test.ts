import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Playground } from '../../src/state/playground.svelte';
import type { Attention, Slice } from '../../src/trace/trace';
import type { HeldEngine } from './engine';
import { makeEngine, makeTrace } from './engine';

let engine: HeldEngine;
let playground: Playground;

/** Settles every run that is asked for, in the wrong order, until the session rests. */
async function settle(work: Promise<unknown>): Promise<void> {
  let done = false;
  void work.finally(() => (done = true));
  await vi.waitUntil(
    () => {
      for (const run of engine.pending.splice(0).reverse()) run.resolve();
      return done;
    },
    { timeout: 20_000 },
  );
}

async function picture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(40, 20);
  canvas.getContext('2d')!.fillRect(0, 0, 40, 20);
  return canvas.convertToBlob();
}

beforeEach(() => {
  engine = makeEngine();
  playground = new Playground(() => engine);
});

describe('opening', () => {
  it('shows the first sample in two models', async () => {
    await settle(playground.open(''));
    const { workspace, panels, selection } = playground;
    expect(workspace.sample).toBe(workspace.samples[0]);
    expect(workspace.caption).toBe(workspace.samples[0].caption);
    expect(panels.map((panel) => panel.folder)).toEqual(['zoo/vilt-mini', 'zoo/meter-mini']);
    expect(panels.map((panel) => panel.trace?.caption)).toEqual([workspace.caption, workspace.caption]);
    expect(panels.map((panel) => panel.foil?.caption)).toEqual([workspace.foil, workspace.foil]);
    expect(selection.word).not.toBeNull();
    expect(playground.machine.device?.kind).toBe('wasm');
  });

  it('restores what a link holds, and writes the same link', async () => {
    const hash =
      'sample=photo-cow&caption=a+cow+and+a+dog&crop=0.25%2C0.3%2C0.3%2C0.4&word=1&role=key&model=zoo%2Fmeter-mini&model=zoo%2Fmeter-mini&head=&head=text+%E2%86%92+image+1.2';
    await settle(playground.open(`#${hash}`));
    expect(playground.workspace.sample?.id).toBe('photo-cow');
    expect(playground.workspace.foil).toBe('a dog and a dog');
    expect(playground.panels.map((panel) => panel.trace?.caption)).toEqual([
      'a cow and a dog',
      'a cow and a dog',
    ]);
    expect(playground.link).toBe(hash);
  });
});

describe('typing', () => {
  it('runs what was typed last, once', async () => {
    await settle(playground.open(''));
    for (const caption of ['a', 'a c', 'a cat']) playground.typeCaption(caption);
    expect(playground.pending).toBe(true);
    await vi.waitUntil(() => engine.pending.length === 2);
    expect(engine.pending.map((run) => run.input.caption)).toEqual(['a cat', 'a cat']);
    expect(playground.pending).toBe(false);
  });

  it('keeps the picture and clears the answers when the caption is emptied', async () => {
    await settle(playground.open(''));
    playground.typeCaption('   ');
    await vi.waitUntil(() => playground.panels.every((panel) => panel.trace === null));
    expect(playground.workspace.picture).not.toBeNull();
  });

  it('runs a caption and a foil that were both given at once', async () => {
    await settle(playground.open(''));
    playground.typeCaption('a red hen');
    playground.typeFoil('a blue hen');
    await vi.waitUntil(() => engine.pending.length === 2);
    expect(engine.pending.map((run) => run.input.caption)).toEqual(['a red hen', 'a red hen']);
  });

  it('selects the last word of a caption that has none in the place of the selected one', async () => {
    await settle(playground.open(''));
    playground.selection.selectWord(40);
    await settle(playground.chooseSample(playground.workspace.samples[0], { caption: 'a small dog .' }));
    playground.selection.selectWord(40);
    await settle(playground.run());
    expect(playground.selection.selected).toEqual({ word: 2 });
  });

  it('runs a new foil without running the caption again', async () => {
    await settle(playground.open(''));
    playground.typeFoil('a hen');
    await vi.waitUntil(() => engine.pending.length === 2);
    expect(engine.pending.map((run) => run.input.caption)).toEqual(['a hen', 'a hen']);
  });
});

describe('another stage of training', () => {
  const parts = [{ attention: 1, off: 2 }];

  /** Settles runs that know their modules, as those of a real model do. */
  async function run(work: Promise<unknown>): Promise<string[]> {
    const folders: string[] = [];
    let done = false;
    void work.finally(() => (done = true));
    await vi.waitUntil(
      () => {
        for (const { folder, input, ask, resolve } of engine.pending.splice(0)) {
          const trace = makeTrace(folder, input.caption, folders.length);
          const words: Slice = [0, trace.tokens.length];
          const attentions = playground.panels[0].attentions.map((module): Attention => ({
            ...{ ...module, graph: 'model', queries: words, keys: words, visible: 'all', weights: null },
          }));
          if (ask.masks) folders.push(folder);
          resolve({ ...trace, attentions });
        }
        return done && !playground.ablations.busy;
      },
      { timeout: 20_000 },
    );
    return folders;
  }

  it('keeps the head and what is off, with its history, and runs with it again; another model drops both', async () => {
    const [panel] = playground.panels;
    const [ablation] = playground.ablations.each;
    await settle(playground.open('#caption=a+cat&foil=a+dog&model=zoo/vilt-mini&model=zoo/clip-mini'));
    await run(playground.runPanel(panel));
    playground.selection.chooseHead(0, { attention: 1, head: 2 });
    expect(await run(ablation.toggle([{ attention: 0, off: 0 }]))).toEqual(Array(2).fill('zoo/vilt-mini'));
    await run(ablation.clear());
    expect(await run(ablation.toggle(parts))).toEqual(Array(2).fill('zoo/vilt-mini'));
    const former = ablation.after.caption;

    const moved = playground.chooseModel(panel, 'zoo/vilt-mini-10');
    await vi.waitUntil(() => engine.pending.length > 0, { timeout: 20_000 });
    expect([panel.outdated, ablation.after.caption, ablation.cuts.parts]).toEqual([true, former, parts]);
    expect(await run(moved)).toEqual(Array(2).fill('zoo/vilt-mini-10'));
    expect([ablation.after.caption?.model, ablation.after.foil?.model]).toEqual(
      Array(2).fill('zoo/vilt-mini-10'),
    );
    expect(playground.selection.head(0)).toEqual({ attention: 1, head: 2 });
    expect(playground.link).toContain('off=0.joint+2.2');
    expect(ablation.history.entries).toHaveLength(4);
    expect(await run(ablation.go(1))).toEqual(Array(2).fill('zoo/vilt-mini-10'));
    expect(ablation.cuts.parts).toEqual([{ attention: 0, off: 0 }]);

    await run(playground.chooseModel(panel, 'zoo/meter-mini'));
    expect([ablation.count, ablation.history.entries.length]).toEqual(['', 1]);
    expect(playground.selection.head(0)).toBeNull();
  });

  it('that is still fetched is not asked for what was switched meanwhile before it has run itself', async () => {
    const [panel] = playground.panels;
    const [ablation] = playground.ablations.each;
    await settle(playground.open('#caption=a+cat&foil=&model=zoo/vilt-mini&model=zoo/clip-mini'));
    await run(playground.runPanel(panel));
    const moved = playground.chooseModel(panel, 'zoo/vilt-mini-10');
    await vi.waitUntil(() => engine.pending.length > 0, { timeout: 20_000 });
    await ablation.toggle(parts);
    expect(engine.pending.filter(({ ask }) => ask.masks)).toEqual([]);
    expect(new Set(await run(moved))).toEqual(new Set(['zoo/vilt-mini-10']));
    expect(ablation.after.caption?.model).toBe('zoo/vilt-mini-10');
  });

  it('asks the question again, as it is and with what is off', async () => {
    const [panel] = playground.panels;
    const [ablation] = playground.ablations.each;
    await settle(playground.open('#caption=a+cat&foil=&model=zoo/vilt-mini&model=zoo/clip-mini'));
    await run(playground.runPanel(panel));
    expect(await run(ablation.toggle(parts))).toHaveLength(1);
    playground.question.type('what is it');
    expect(await run(playground.question.ask())).toEqual(['zoo/vilt-mini']);
    expect(ablation.after.answer?.caption).toBe('what is it?');
    expect(await run(playground.chooseModel(panel, 'zoo/vilt-mini-10'))).toHaveLength(2);
    expect([playground.question.reply(panel)?.trace?.model, ablation.after.answer?.model]).toEqual(
      Array(2).fill('zoo/vilt-mini-10'),
    );
    await run(ablation.clear());
    expect(ablation.after.answer).toBeNull();
  });
});

describe('a picture of the visitor', () => {
  it('keeps the caption, is cropped to its square and is in its link by name alone', async () => {
    await settle(playground.open(''));
    const { caption } = playground.workspace;
    await settle(playground.usePicture(await picture()));
    expect(playground.workspace.caption).toBe(caption);
    expect(playground.workspace.crop).toEqual([0.25, 0, 0.5, 1]);
    expect(playground.link).not.toMatch(/sample|crop/);
    expect(playground.link).toMatch(/^picture=[0-9a-f]{16}&caption=/);
  });

  it('that is none leaves everything as it was, and one sentence', async () => {
    await settle(playground.open(''));
    const { picture: before } = playground.workspace;
    await playground.usePicture(new Blob(['hello']));
    expect(playground.workspace.problem).toMatch(/^Expected a picture/);
    expect(playground.workspace.picture).toBe(before);
    expect(playground.panels.every((panel) => panel.fresh)).toBe(true);
  });
});

describe('masking', () => {
  it('hides the selected word in both models, and shows it again', async () => {
    await settle(playground.open(''));
    const word = playground.selection.word as number;
    await settle(playground.mask());
    expect(playground.panels.map((panel) => panel.masked?.words)).toEqual([[word], [word]]);
    await playground.mask();
    expect(playground.panels.map((panel) => panel.masked)).toEqual([null, null]);
  });
});

describe('the engine', () => {
  it('that was restarted runs again by itself, a few times', async () => {
    await settle(playground.open(''));
    for (let lost = 1; lost <= 3; lost++) {
      engine.restart('The GPU was lost.');
      expect(playground.machine.notice).toBe('The GPU was lost.');
      await vi.waitUntil(() => engine.pending.length === 2 * lost);
    }
    engine.restart('The GPU was lost.');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(engine.pending).toHaveLength(6);
  });

  it('that stalls asks the visitor, who may stop it', async () => {
    await settle(playground.open(''));
    const running = playground.run();
    await vi.waitUntil(() => engine.pending.length === 2);
    engine.stall(61);
    expect(playground.stalled).toBe(61);
    await playground.cancel();
    expect(engine.cancelled).toBe(1);
    expect(playground.stalled).toBeNull();
    expect(playground.panels[0].sentence).toMatch(/^Stopped/);
    await settle(running);
  });

  it('that cannot start is told in each panel, and a retry starts it', async () => {
    let broken = true;
    playground = new Playground(() => {
      if (broken) throw new Error('This browser has no workers.');
      return engine;
    });
    await playground.open('');
    expect(playground.panels.map((panel) => panel.sentence)).toEqual(
      Array(2).fill('This browser has no workers.'),
    );
    expect(playground.workspace.picture).not.toBeNull();
    broken = false;
    await settle(playground.runPanel(playground.panels[0]));
    expect(playground.panels[0].activity).toBe('idle');
  });
});
