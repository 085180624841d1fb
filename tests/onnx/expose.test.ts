import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose, exposeAll, gather, splitMaps } from '../../src/onnx/change/expose';
import { bias, mask } from '../../src/onnx/change/mask';
import { applyPatch } from '../../src/onnx/change/patch';
import { findAttention } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { difference } from '../support/difference';
import { run, tiny, truth } from './tiny';

const model = readModel(tiny);
const { plain, masked, both } = truth.runs;

test('exposed attentions are those of PyTorch, and the outputs stay', async () => {
  const draft = startDraft(model);
  expose(draft, truth.attentions);
  const patch = finishDraft(draft);
  expect(patch.edits).toEqual([]);
  expect(patch.tail.length).toBeLessThan(50 * truth.attentions.length);
  const results = await run(applyPatch(tiny, patch), [...truth.attentions, 'match_logit', 'mask_logits']);
  truth.attentions.forEach((name, i) =>
    expect(difference(results[name], plain.attentions[i].data)).toBeLessThan(5e-6),
  );
  expect(difference(results.match_logit, plain.match_logit.data)).toBeLessThan(1e-5);
  expect(difference(results.mask_logits, plain.mask_logits.data)).toBeLessThan(1e-5);
});

test('exposing an output again changes nothing', () => {
  const draft = startDraft(model);
  expose(draft, ['match_logit']);
  expect(finishDraft(draft).tail).toHaveLength(0);
});

test('everything comes back in two buffers, one for maps and one for outputs', async () => {
  const draft = startDraft(model);
  const maps = gather(draft, truth.attentions, 'maps');
  const outputs = gather(draft, ['match_logit', 'mask_logits'], 'outputs');
  const results = await run(applyPatch(tiny, finishDraft(draft)), [maps, outputs]);
  const shapes = plain.attentions.map(({ dims }) => dims);
  const parts = splitMaps(results[maps], shapes);
  parts.forEach(({ dims, data }, i) => {
    expect(dims).toEqual(shapes[i]);
    expect(data.buffer).toBe(results[maps].buffer);
    expect(difference(data, plain.attentions[i].data)).toBeLessThan(5e-6);
  });
  const [match, words] = splitMaps(results[outputs], [plain.match_logit.dims, plain.mask_logits.dims]);
  expect(difference(match.data, plain.match_logit.data)).toBeLessThan(1e-5);
  expect(difference(words.data, plain.mask_logits.data)).toBeLessThan(1e-5);
});

test('gathers other lengths than those of the export', async () => {
  const { patch, output } = exposeAll(model, truth.attentions);
  const tokens = new ort.Tensor('int64', [1n, 4n, 2n], [1, 3]);
  const results = await run(applyPatch(tiny, patch), [output], { input_ids: tokens });
  for (const { dims, data } of splitMaps(results[output], [
    [1, 2, 9, 9],
    [1, 2, 9, 9],
  ])) {
    expect(dims).toEqual([1, 2, 9, 9]);
    for (let row = 0; row < data.length; row += 9) {
      expect(data.subarray(row, row + 9).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
    }
  }
});

test('a neutral mask changes nothing, and a masked head is what PyTorch says', async () => {
  const draft = startDraft(model);
  const masks = truth.attentions.map((name) => mask(draft, name));
  const maps = gather(
    draft,
    masks.map(({ shown }) => shown),
    'maps',
  );
  const patch = finishDraft(draft);
  expect(patch.edits.map(({ bytes }) => bytes.length)).toEqual(truth.attentions.map((name) => name.length));
  const file = applyPatch(tiny, patch);
  const heads = (...values: number[]) => new ort.Tensor('float32', values, [values.length, 1, 1]);
  const names = [maps, 'match_logit', 'mask_logits'];
  const asked = async (first: number[], second: number[]) =>
    run(file, names, { [masks[0].input]: heads(...first), [masks[1].input]: heads(...second) });
  const before = await run(tiny, ['match_logit', 'mask_logits']);
  const neutral = await asked([1], [1, 1]);
  expect(difference(neutral.match_logit, before.match_logit)).toBeLessThan(1e-6);
  expect(difference(neutral.mask_logits, before.mask_logits)).toBeLessThan(1e-6);
  for (const [want, got] of [
    [masked, await asked([1, 0], [1])],
    [both, await asked([0, 1], [1, 0])],
  ] as const) {
    expect(difference(got.match_logit, want.match_logit.data)).toBeLessThan(1e-5);
    expect(difference(got.mask_logits, want.mask_logits.data)).toBeLessThan(1e-5);
    const shapes = want.attentions.map(({ dims }) => dims);
    splitMaps(got[maps], shapes).forEach(({ data }, i) => {
      expect(difference(data, want.attentions[i].data)).toBeLessThan(5e-6);
    });
  }
});

test('a mask over keys cuts what it hides', async () => {
  const draft = startDraft(model);
  const [first] = truth.attentions.map((name) => mask(draft, name));
  const second = `${truth.attentions[1]}/mask`;
  const file = applyPatch(tiny, finishDraft(draft));
  const one = new ort.Tensor('float32', [1], [1, 1, 1]);
  const zero = new ort.Tensor('float32', new Float32Array(11), [1, 1, 11]);
  const cut = await run(file, ['match_logit'], { [first.input]: zero, [second]: one });
  const none = await run(file, ['match_logit'], {
    [first.input]: new ort.Tensor('float32', [0, 0], [2, 1, 1]),
    [second]: one,
  });
  expect(difference(cut.match_logit, none.match_logit)).toBeLessThan(1e-6);
});

test('a term before the softmax: zeros change nothing, and hidden keys leave their share to the others', async () => {
  const draft = startDraft(model);
  const [first, second] = findAttention(model).attentions;
  const softmaxOf = (tensor: string | null) => model.nodes.find(({ outputs }) => outputs.includes(tensor!))!;
  const terms = [first, second].map(({ scores, tensor }) => bias(draft, scores!, softmaxOf(tensor)));
  expose(draft, truth.attentions);
  const patch = finishDraft(draft);
  expect(patch.edits.map(({ bytes }) => bytes.length)).toEqual([first.scores!.length, second.scores!.length]);
  const file = applyPatch(tiny, patch);
  const zero = new ort.Tensor('float32', [0], [1, 1, 1]);
  const neutral = await run(file, [...truth.attentions, 'match_logit'], {
    [terms[0]]: zero,
    [terms[1]]: zero,
  });
  expect(difference(neutral[truth.attentions[1]], plain.attentions[1].data)).toBeLessThan(5e-6);
  expect(difference(neutral.match_logit, plain.match_logit.data)).toBeLessThan(1e-5);
  const hidden = Float32Array.from({ length: 11 }, (_, key) => (key === 3 ? -1e4 : 0));
  const cut = await run(file, truth.attentions, {
    [terms[0]]: new ort.Tensor('float32', hidden, [1, 1, 11]),
    [terms[1]]: zero,
  });
  const before = plain.attentions[0].data;
  const wanted = before.map((x, i) => (i % 11 === 3 ? 0 : x / (1 - before[i - (i % 11) + 3])));
  expect(difference(cut[truth.attentions[0]], wanted)).toBeLessThan(5e-6);
});

test('unknown tensors, producers and lengths are named', () => {
  const draft = startDraft(model);
  expect(() => expose(draft, ['nowhere'])).toThrow('The model has no tensor called "nowhere".');
  expect(() => gather(draft, ['nowhere'], 'maps')).toThrow('The model has no tensor called "nowhere".');
  expect(() => gather(draft, [], 'maps')).toThrow(
    'Nothing to gather into maps: the list of tensors is empty.',
  );
  expect(() => mask(draft, 'input_ids')).toThrow(
    'No node of the model produces "input_ids", so it cannot be masked.',
  );
  expect(() =>
    bias(
      draft,
      'input_ids',
      model.nodes.find(({ op }) => op === 'Softmax')!,
    ),
  ).toThrow('Expected a Softmax that reads "input_ids", got one that does not.');
  expect(() => splitMaps(new Float32Array(7), [[2, 2], [4]])).toThrow(
    'Expected 8 numbers for [2, 2], [4], got 7.',
  );
});

test('a patch joins parts and leaves them as they were', () => {
  const parts = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
  const patch = { edits: [{ at: 1, bytes: Uint8Array.of(8, 9) }], tail: Uint8Array.of(5) };
  expect([...applyPatch(parts, patch)]).toEqual([1, 8, 9, 4, 5]);
  expect(parts.map((part) => [...part])).toEqual([
    [1, 2],
    [3, 4],
  ]);
  patch.edits[0].at = 3;
  expect(() => applyPatch(parts, patch)).toThrow('An edit of bytes 3 to 5 lies outside the file of 4 bytes.');
});
