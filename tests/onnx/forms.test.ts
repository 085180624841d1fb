import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { change } from '../../src/onnx/change/change';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose } from '../../src/onnx/change/expose';
import { findAttention } from '../../src/onnx/find/find';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { readSafetensors } from '../../src/containers/safetensors';
import { difference } from '../support/difference';

/** Ways of writing attention: `models/vlpm_export/forms.py` exports them and says what PyTorch answers. */
const folder = join(import.meta.dirname, '../oracle/forms');
const { tensors } = readSafetensors(readFileSync(join(folder, 'forms.safetensors')));
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []));
const [words, heads] = [6, 2];

/** What is said of scores where a form is more than a product. */
const treatments: Record<string, string[]> = {
  'added-in-product': ['additive mask'],
  'additive-mask': ['additive mask'],
  dynamo: ['additive mask'],
  'where-mask': ['where mask'],
  causal: ['causal mask'],
  'causal-call': ['causal mask'],
  'dynamo-causal-call': ['causal mask'],
  'in-one-call': ['additive mask'],
  'dynamo-in-one-call': ['additive mask'],
  'position-bias': ['position bias'],
  'dynamo-position-bias': ['position bias'],
  softcap: ['softcap'],
  'with-sink': ['sink'],
};

test.each(names)('%s: found, shown and switched off as in PyTorch', async (name) => {
  const file = new Uint8Array(readFileSync(join(folder, `${name}.onnx`)));
  const wanted = (key: string) => tensors.get(`${name}/${key}`)!.data as Float32Array;
  const maps = [...tensors.keys()].filter((key) => key.startsWith(`${name}/map.`)).length;
  const exact = name === 'half-floats' ? 5e-3 : 1e-5;

  const model = readModel(file);
  const finding = findAttention(model);
  const side = { streams: ['text'], length: words };
  const keys = name === 'with-sink' ? { ...side, length: words + 1 } : side;
  const found = finding.attentions;
  expect(
    found.map(({ heads, scale, queries, keys, treatments }) => ({ heads, scale, queries, keys, treatments })),
  ).toMatchObject(
    Array.from({ length: maps }, () => ({ heads, queries: side, keys, treatments: treatments[name] ?? [] })),
  );
  for (const { scale } of found) expect(scale).toBeCloseTo(0.5, 3);

  const draft = startDraft(model);
  const handles = found.map((attention) =>
    change(draft, finding, attention, heads, { factor: true, term: false, shown: true }),
  );
  expose(
    draft,
    handles.map(({ shown }) => shown),
  );
  const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)), {
    logSeverityLevel: 3,
  });
  const ids = (values: number[]) => new ort.Tensor('int64', values.map(BigInt), [1, words]);
  const asked = { ids: ids([3, 1, 4, 1, 5, 9]), seen: ids([1, 1, 1, 1, 1, 0]) };
  const feeds = Object.fromEntries(Object.entries(asked).filter(([key]) => session.inputNames.includes(key)));
  const run = (...factors: number[]) =>
    session.run({
      ...feeds,
      ...Object.fromEntries<ort.Tensor>(
        handles.map(({ factor }) => [factor!, new ort.Tensor('float32', factors, [factors.length, 1, 1])]),
      ),
    });
  const plain = await run(1);
  const off = await run(1, 0);
  await session.release();
  handles.forEach(({ shown }, i) =>
    expect(difference(plain[shown].data as Float32Array, wanted(`map.${i}`))).toBeLessThan(exact),
  );
  expect(difference(plain.answer.data as Float32Array, wanted('plain'))).toBeLessThan(exact);
  expect(difference(off.answer.data as Float32Array, wanted('off'))).toBeLessThan(exact);
  expect(difference(wanted('off'), wanted('plain'))).toBeGreaterThan(0.05);
});
