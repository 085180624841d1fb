import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startEngine, type Engine } from '../../../src/runtime/client';
import type { Part } from '../../../src/state/cause/ablation';
import { Ablation } from '../../../src/state/cause/ablation.svelte';
import { Panel } from '../../../src/state/panel/panel.svelte';
import type { Reply } from '../../../src/state/panel/question.svelte';
import type { Input, Trace } from '../../../src/trace/trace';
import { readTruth, type Truth } from '../../runtime/changes';

// One worker for all: it compiles 27 MB of WebAssembly. What PyTorch answers is in tests/oracle.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let engine: Engine;
let truth: Truth;
let panel: Panel;
let given: Input;
let foil: string;
let ablation: Ablation;
let reply: Reply | null;

const score = (trace: Trace | null) => trace!.outputs.match.data[0];

/** The head that a change of the truth switches off. */
function headOf({ mask }: Truth['changes'][number]): Part {
  return { attention: mask.attention, off: mask.factor!.data.indexOf(0) };
}

beforeAll(async () => {
  engine = startEngine({ base: `${location.origin}/`, backend: 'wasm' });
  const file = await fetch(new URL('../../oracle/vilt-mini-changed.safetensors', import.meta.url));
  truth = readTruth(new Uint8Array(await file.arrayBuffer()));
});

afterAll(() => engine.cancel());

beforeEach(async () => {
  const ready = () => Promise.resolve(engine);
  panel = new Panel(0, ready);
  given = truth.input;
  foil = '';
  reply = null;
  ablation = new Ablation(
    panel,
    ready,
    () => given,
    () => foil,
    () => reply,
  );
  await panel.choose('zoo/vilt-mini');
  await panel.run(given, foil);
});

it('a head switched off gives the score that PyTorch gives, and the model as it is keeps its own', async () => {
  const plain = panel.trace;
  for (const change of truth.changes.slice(0, 2)) {
    await ablation.toggle([headOf(change)]);
    expect(Math.abs(score(ablation.after.caption) - change.match[0])).toBeLessThan(1e-4);
    expect(panel.trace).toBe(plain);
    await ablation.clear();
    expect(ablation.after.caption).toBeNull();
  }
  expect(ablation.history.entries).toHaveLength(5);
});

it('a block cut before the softmax gives the score that PyTorch gives', async () => {
  const { mask, match } = truth.changes[2];
  await ablation.renormalise(true);
  await ablation.toggle([{ attention: mask.attention, off: 'tv' }]);
  expect(Math.abs(score(ablation.after.caption) - match[0])).toBeLessThan(1e-4);
  await ablation.renormalise(false);
  expect(Math.abs(score(ablation.after.caption) - match[0])).toBeGreaterThan(1e-3);
});

it('undo brings back exactly what was, without a run; redo and a jump too', async () => {
  const run = vi.spyOn(engine, 'run');
  const [first, second] = truth.changes.slice(0, 2).map(headOf);
  await ablation.toggle([first]);
  const one = ablation.after.caption;
  await ablation.toggle([second]);
  const two = ablation.after.caption;
  expect(run).toHaveBeenCalledTimes(2);
  await ablation.go(ablation.history.at - 1);
  expect(ablation.after.caption).toBe(one);
  await ablation.go(0);
  expect([ablation.count, ablation.after.caption]).toEqual(['', null]);
  await ablation.go(2);
  expect(ablation.after.caption).toBe(two);
  expect(run).toHaveBeenCalledTimes(2);
  expect(ablation.history.entries.map(({ says }) => says)).toEqual([
    'everything on',
    `${ablation.say(first)} off`,
    `${ablation.say(second)} off`,
  ]);
  run.mockRestore();
});

it('what is off stays off for another caption, its foil and a masked word', async () => {
  const [part] = truth.changes.map(({ mask }) => ({ attention: mask.attention, off: 'tv' as const }));
  await ablation.toggle([part]);
  given = { ...given, caption: 'a dog above a red heart' };
  foil = 'a dog above a blue heart and a star';
  await panel.run(given, foil);
  await panel.mask(given, [1]);
  expect(ablation.after.caption).toBeNull();
  await ablation.refresh();
  const { caption, foil: other, masked } = ablation.after;
  expect([caption?.caption, other?.caption]).toEqual([given.caption, foil]);
  expect(score(caption)).not.toBeCloseTo(score(panel.trace), 3);
  expect(score(other)).not.toBeCloseTo(score(panel.foil), 3);
  expect(masked?.guesses[0].token).toBe(panel.masked?.trace.guesses[0].token);
  expect(masked?.guesses[0].words[0]).not.toEqual(panel.masked?.trace.guesses[0].words[0]);
});

it('a question is answered with the cuts too: exactly as before after an undo, not at all when nothing is off', async () => {
  const input = { ...given, caption: 'what is on the left?' };
  const trace = await engine.run('zoo/vilt-mini', input, { task: 'answer', attentions: 'none' });
  reply = { folder: 'zoo/vilt-mini', origin: 'vilt-mini', input, trace, sentence: null };
  await ablation.toggle([{ attention: 0, off: 'tv' }]);
  const { answer, caption } = ablation.after;
  expect([answer?.caption, answer?.answers?.length]).toEqual([input.caption, 5]);
  expect(answer?.answers).not.toEqual(trace.answers);
  await ablation.toggle([{ attention: 1, off: 'tv' }]);
  expect(ablation.after.answer?.answers).not.toEqual(answer?.answers);
  await ablation.go(1);
  expect([ablation.after.answer, ablation.after.caption]).toEqual([answer, caption]);
  await ablation.clear();
  expect(ablation.after.answer).toBeNull();
});

it('a sweep has every head once, and says of each what switching it off says', async () => {
  await ablation.sweep.start();
  const { effects, plain, stage, total } = ablation.sweep;
  expect([stage, total, effects.length]).toEqual(['done', 24, 24]);
  expect(Math.abs(plain!.caption - score(panel.trace))).toBeLessThan(1e-4);
  expect(new Set(effects.map(({ attention, head }) => `${attention} ${head}`)).size).toBe(24);
  for (const change of truth.changes.slice(0, 2)) {
    const { attention, off } = headOf(change);
    const effect = effects.find((one) => one.attention === attention && one.head === off);
    expect(Math.abs(effect!.caption - change.match[0])).toBeLessThan(1e-4);
    expect(effect!.foil).toBeNull();
  }
});
