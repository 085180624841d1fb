import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { finishDraft, startDraft } from '../../src/onnx/draft';
import { expose } from '../../src/onnx/expose';
import { findAttention, type Side } from '../../src/onnx/find';
import { mask } from '../../src/onnx/mask';
import { applyPatch } from '../../src/onnx/patch';
import { readModel } from '../../src/onnx/reader';
import { readSafetensors } from '../../src/trace/safetensors';
import { difference } from './tiny';

/** Tiny models of public architectures: `models/vlpm_export/hub.py` writes them with what PyTorch says. */
const folder = join(import.meta.dirname, '../oracle/hub');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []));

function load(name: string) {
  const file = new Uint8Array(readFileSync(join(folder, `${name}.onnx`)));
  const { tensors, metadata } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
  const feeds: Record<string, ort.Tensor> = {};
  const outputs: string[] = [];
  for (const [key, { dtype, dims, data }] of tensors) {
    const [kind, rest] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
    if (kind === 'plain') outputs.push(rest);
    if (kind !== 'feed') continue;
    feeds[rest] =
      dtype === 'I32'
        ? new ort.Tensor('int64', Array.from(data, BigInt), dims)
        : new ort.Tensor('float32', data as Float32Array, dims);
  }
  const wanted = (key: string) => tensors.get(key)!.data as Float32Array;
  const [attention, head] = JSON.parse(metadata.masked) as [number, number];
  const maps = [...tensors.keys()].filter((key) => key.startsWith('attention.')).length;
  return { file, feeds, outputs, wanted, tensors, attention, head, maps, blocks: metadata.blocks.split(' ') };
}

async function run(file: Uint8Array, feeds: Record<string, ort.Tensor>, fetch: string[]) {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const results = await session.run(feeds, fetch);
  await session.release();
  return fetch.map((name) => results[name].data as Float32Array);
}

const letter = ({ streams }: Side) =>
  streams.length > 1 ? 'both' : { text: 't', image: 'v', learnt: 'q', sound: 's', other: 'o' }[streams[0]];
const block = (queries: Side, keys: Side) =>
  letter(queries) === 'both' && letter(keys) === 'both' ? 'joint' : letter(queries) + letter(keys);

describe.each(names)('%s', (name) => {
  const { file, feeds, outputs, wanted, tensors, attention, head, maps, blocks } = load(name);
  const model = readModel(file);
  const { attentions } = findAttention(model);

  test('as many attentions as PyTorch has, in its order, with its heads, lengths and blocks', () => {
    expect(attentions.map(({ queries, keys }) => block(queries, keys))).toEqual(blocks);
    expect(attentions.map(({ heads, queries, keys }) => [heads, queries.length, keys.length])).toEqual(
      Array.from({ length: maps }, (_, i) => tensors.get(`attention.${i}`)!.dims.slice(-3)),
    );
  });

  test('exposed, they are those of PyTorch; a head switched off changes the answers as in PyTorch', async () => {
    const draft = startDraft(model);
    const { input, shown } = mask(draft, attentions[attention].tensor!);
    const shownAs = attentions.map(({ tensor }, i) => (i === attention ? shown : tensor!));
    expose(draft, shownAs);
    const patched = applyPatch(file, finishDraft(draft));
    const ones = new ort.Tensor('float32', [1], [1, 1, 1]);
    const plain = await run(patched, { ...feeds, [input]: ones }, [...shownAs, ...outputs]);
    attentions.forEach((_, i) => expect(difference(plain[i], wanted(`attention.${i}`))).toBeLessThan(1e-5));
    const heads = Float32Array.from({ length: attentions[attention].heads! }, (_, h) => Number(h !== head));
    const off = new ort.Tensor('float32', heads, [heads.length, 1, 1]);
    const masked = await run(patched, { ...feeds, [input]: off }, outputs);
    outputs.forEach((output, i) => {
      const [before, after] = [wanted(`plain.${output}`), wanted(`masked.${output}`)];
      const largest = before.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
      expect(difference(plain[attentions.length + i], before)).toBeLessThan(1e-5 * largest);
      expect(difference(masked[i], after)).toBeLessThan(1e-5 * largest);
    });
    expect(
      Math.max(...outputs.map((output) => difference(wanted(`masked.${output}`), wanted(`plain.${output}`)))),
    ).toBeGreaterThan(1e-4);
  });
});
