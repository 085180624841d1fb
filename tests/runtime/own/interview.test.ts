import * as ort from 'onnxruntime-web';
import { expect, test, vi } from 'vitest';
import type { Interview } from '../../../src/architectures/found/interview';
import { readKind } from '../../onnx/kinds';
import { nodeEngine } from '../node';
import { base, everything, input } from '../bring';
import { fileOf, hubBytes, tinyTokenizer } from './ownfiles';
import { memoryShelf } from '../shelf';

vi.setConfig({ testTimeout: 60_000 });

/** Examines a model and asks it about itself. */
async function ask(bytes: Uint8Array, shelf = memoryShelf()) {
  const engine = nodeEngine(base, shelf);
  const files = [
    fileOf('model.onnx', bytes as Uint8Array<ArrayBuffer>),
    fileOf('tokenizer.json', tinyTokenizer()),
  ];
  const before = await engine.own.examine(files, () => {});
  const after = await engine.own.interview(ort, before.id, () => {});
  return { engine, before, after, said: after.interview as Interview };
}

const order = ({ sequence }: Interview) => sequence && [sequence.order.join(' '), sequence.lead];

test.each<[name: string, order: string, lead: number | null]>([
  ['lead_word', 'text image text', 1],
  ['picture_first', 'image text', null],
  ['linear_patches', 'text image', null],
  ['mixed_mask', 'image text', null],
  ['git', 'image text', null],
  ['both-integer', 'image text', null],
])('%s says in which order words and patches stand', async (name, wanted, lead) => {
  const { said, after } = await ask(readKind(name));
  expect(order(said)).toEqual([wanted, lead]);
  expect(said.sees).toEqual({ image: true, text: true });
  expect(said.runs).toBeLessThanOrEqual(5);
  expect(after.proposal.questions.map(({ field }) => field)).not.toContain('sequence');
  expect(said.raster).toBe(name === 'git' ? null : true);
});

test('LLaVA: the picture’s places are put into the text, and its joint attention is shown over words and patches', async () => {
  const { engine, said, after } = await ask(readKind('llava'));
  expect(said.sees).toEqual({ image: true, text: true });
  expect(order(said)).toEqual(['text image text', 1]);
  const manifest = engine.own.keep(after.id, {});
  expect(manifest.own).toMatchObject({ lead: 1, places: { id: 5, count: 4 } });
  const trace = await engine.run(`own/${after.id}`, input, everything);
  expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('tiiiitttttt');
  expect(trace.attentions.map(({ visible, weights }) => [visible, weights!.dims])).toEqual([
    ['causal', [2, 11, 11]],
  ]);
  const half = Math.floor(input.picture.data.length / 2);
  const data = input.picture.data.map((value, i) => (i < half ? 255 - value : value));
  const other = { ...input, picture: { ...input.picture, data } };
  const { attentions } = await engine.run(`own/${after.id}`, other, everything);
  expect(attentions[0].weights!.data).not.toEqual(trace.attentions[0].weights!.data);
});

test('words on both sides of a picture: tokens and maps stand where the model has them, and a word is hidden there', async () => {
  const { engine, after } = await ask(readKind('lead_word'));
  engine.own.keep(after.id, {});
  const trace = await engine.run(`own/${after.id}`, input, everything);
  expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('tiiiitttttt');
  expect(trace.tokens[0].text).toBe('[CLS]');
  const session = await ort.InferenceSession.create(readKind('lead_word'), { logSeverityLevel: 3 });
  expect(session.inputNames).toEqual(['input_ids', 'pixel_values']);
  await session.release();
  expect(trace.attentions.map(({ queries, keys }) => [queries, keys])).toEqual([
    [
      [0, 11],
      [0, 11],
    ],
    [
      [0, 11],
      [0, 11],
    ],
  ]);
});

test('ViLT: patches stand in rows after CLS; what was said is remembered, and no run is made for it again', async () => {
  const shelf = memoryShelf();
  const { said } = await ask(hubBytes('vilt'), shelf);
  expect(order(said)).toEqual(['text image', null]);
  // Its shapes say how long its attentions are for any text: no run is made to see it.
  expect(said.runs).toBe(4);
  expect(said.findings.map(({ asked, shown }) => `${asked}: ${shown}`)).toEqual(
    expect.arrayContaining([
      'All words, then the picture: of 11 positions in one sequence 1 to 6 are text, 7 is neither, 8 to 11 are the picture',
      'One patch: its own position moves and no other of its kind: patches stand in rows',
      'One word: its own position moves and no other of its kind',
    ]),
  );
  const create = vi.spyOn(ort.InferenceSession, 'create');
  const again = await ask(hubBytes('vilt'), shelf);
  expect(again.said).toEqual(said);
  expect(create).not.toHaveBeenCalled();
  create.mockRestore();
});

test('what is hidden from whom is observed', async () => {
  const hidden = async (bytes: Uint8Array) => Object.values((await ask(bytes)).said.causal);
  expect(await hidden(hubBytes('clip'))).toEqual([false, false, true, true]);
  expect(await hidden(readKind('git'))).toEqual([false, false, false]);
  expect(await hidden(hubBytes('bert'))).toEqual([false, false]);
});

test('a model that is stopped is not asked further, and one of which a run fails says so', async () => {
  const engine = nodeEngine(base, memoryShelf());
  const { id } = await engine.own.examine([fileOf('model.onnx', hubBytes('vilt'))], () => {});
  await expect(
    engine.own.interview(ort, id, () => {}, AbortSignal.abort(new Error('Stopped.'))),
  ).rejects.toThrow('Stopped.');
  const { after } = await ask(readKind('with_past'));
  expect(after.interview).toBe('A model that the page cannot feed is not asked.');
});
