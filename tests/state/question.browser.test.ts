import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Superseded } from '../../src/runtime/client';
import type { Manifest } from '../../src/architectures/manifest';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Question } from '../../src/state/panel/question.svelte';
import { fetchManifest } from '../../src/state/set/site';
import type { Input, Trace } from '../../src/trace/trace';
import type { HeldEngine } from './engine';
import { makeEngine, makeTrace } from './engine';

let engine: HeldEngine;
let panels: Panel[];
let question: Question;
let input: Input | null;
let answered: number[];

const picture = () => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) });
const saying = (text: string): Trace => ({
  ...makeTrace('vilt-mini', ''),
  answers: [{ text, probability: 0.9 }],
});
const said = () => panels.map((panel) => question.reply(panel)?.trace?.answers?.[0].text ?? null);

/** The model of a panel, as if it had been trained to answer. */
async function answering(folder: string): Promise<Manifest> {
  const manifest = await fetchManifest(folder);
  return {
    ...manifest,
    answers: ['red', 'two'],
    tasks: { ...manifest.tasks, answer: { output: 'model/x' } },
  };
}

beforeEach(async () => {
  answered = [];
  engine = makeEngine();
  const open = engine.open.bind(engine);
  engine.open = async (folder) => ({ ...(await open(folder)), manifest: await answering(folder) });
  panels = [0, 1].map((slot) => new Panel(slot, () => Promise.resolve(engine)));
  await panels[0].choose('zoo/vilt-mini');
  await panels[1].choose('tests/oracle/clip-tiny');
  await panels[0].open();
  input = { picture: picture(), crop: [0, 0, 1, 1], caption: 'a dog' };
  question = new Question(
    panels,
    () => Promise.resolve(engine),
    () => input,
    ({ slot }) => answered.push(slot),
  );
});

describe('a question', () => {
  it('is put to the models that answer, with a mark at its end, beside the caption’s own runs', async () => {
    expect(panels.map((panel) => question.knows(panel))).toEqual([true, false]);
    question.type(' how many dogs ');
    const done = question.ask();
    await vi.waitUntil(() => engine.pending.length === 1);
    const [run] = engine.pending;
    expect(run.input).toEqual({ ...input, caption: 'how many dogs?' });
    expect([run.folder, run.ask, run.lane]).toEqual([
      'zoo/vilt-mini',
      { task: 'answer', attentions: 'none' },
      '0 answer',
    ]);
    expect(panels.map((panel) => question.waits(panel))).toEqual([true, false]);
    run.resolve(saying('two'));
    await done;
    expect([said(), answered]).toEqual([['two', null], [0]]);
    expect(question.busy).toBe(false);
    expect(question.text).toBe(' how many dogs ');
  });

  it('rests before it is asked, and is asked once', async () => {
    for (const text of ['w', 'wh', 'what is it?']) question.type(text);
    expect(question.asked).toBe('');
    await vi.waitUntil(() => engine.pending.length > 0, { timeout: 3000 });
    await question.put(panels[0]);
    expect(engine.pending.map((run) => run.input.caption)).toEqual(['what is it?']);
  });

  it('is no longer answered once the picture, the question or the model is another', async () => {
    question.restore('what is it?');
    const done = question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 1);
    engine.pending[0].resolve(saying('red'));
    await done;
    expect(said()).toEqual(['red', null]);
    input = { ...input!, caption: 'another caption' };
    expect(said()).toEqual(['red', null]);
    input = { ...input, picture: picture() };
    expect(said()).toEqual([null, null]);
    question.restore('');
    await question.put(panels[0]);
    expect(engine.pending).toHaveLength(1);
  });

  it('that an answer comes too late for is not answered by it', async () => {
    question.restore('what is it?');
    void question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 1);
    question.restore('where is it?');
    void question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 2);
    engine.pending[1].resolve(saying('left'));
    await vi.waitUntil(() => said()[0] === 'left');
    engine.pending[0].resolve(saying('red'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said()).toEqual(['left', null]);
  });

  it('keeps what another stage of training said until this one has answered', async () => {
    question.restore('what is it?');
    const first = question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 1);
    engine.pending[0].resolve(saying('red'));
    await first;
    await panels[0].choose('zoo/vilt-mini-10', null, await answering('zoo/vilt-mini-10'), true);
    expect(said()).toEqual(['red', null]);
    const second = question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 2);
    expect([engine.pending[1].folder, said()[0]]).toEqual(['zoo/vilt-mini-10', 'red']);
    engine.pending[1].resolve(saying('two'));
    await second;
    expect([question.reply(panels[0])?.folder, said()[0]]).toEqual(['zoo/vilt-mini-10', 'two']);
    await panels[0].choose('zoo/meter-mini', null, await answering('zoo/meter-mini'));
    expect(said()).toEqual([null, null]);
  });

  it('that fails leaves one sentence, one that was replaced leaves none', async () => {
    question.restore('what is it?');
    const failed = question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 1);
    engine.pending[0].reject(new Error('The GPU ran out of memory.'));
    await failed;
    expect(question.reply(panels[0])).toMatchObject({ trace: null, sentence: 'The GPU ran out of memory.' });
    expect(answered).toEqual([]);
    const again = question.put(panels[0]);
    await vi.waitUntil(() => engine.pending.length === 2);
    engine.pending[1].reject(new Superseded('replaced'));
    await again;
    expect(question.busy).toBe(false);
  });
});
