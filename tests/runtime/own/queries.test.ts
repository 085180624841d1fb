import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { readSafetensors } from '../../../src/containers/safetensors';
import { difference } from '../../support/difference';
import { bring, everything, input } from '../bring';
import { fileOf, tinyTokenizer } from './ownfiles';

vi.setConfig({ testTimeout: 60_000 });

const cut = join(import.meta.dirname, '../../oracle/cut');
const packed = (name: string) => new Uint8Array(gunzipSync(readFileSync(join(cut, name))));

const side = 16;
const picture = { width: side, height: side, data: new Uint8ClampedArray(side * side * 4) };
for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
const said = JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 3 });

const cases: Record<string, string[]> = {
  blip2: ['image 1', 'queries 1', 'query → image 1'],
  detr: ['image 1', 'queries 1', 'query → image 1', 'queries 2', 'query → image 2'],
  pooled: ['queries 1', 'query → image 1', 'text → query 1'],
};

test.each(Object.entries(cases))(
  '%s: learnt queries are numbered tokens, what they look at is PyTorch’s, and a head of theirs is switched off',
  async (name, names) => {
    const { engine, folder, manifest } = await bring([
      fileOf('model.onnx', packed(`${name}.model.onnx.gz`)),
      fileOf('tokenizer.json', tinyTokenizer()),
      fileOf('preprocessor_config.json', said),
    ]);
    expect(manifest.own!.queries).toBe(3);
    const given = { ...input, picture };
    const trace = await engine.run(folder, given, everything);
    expect(trace.attentions.map(({ name }) => name)).toEqual(names);
    const queries = trace.tokens.filter(({ stream }) => stream === 'query');
    expect(queries.map(({ text }) => text)).toEqual(['query 1', 'query 2', 'query 3']);
    expect(new Set(trace.tokens.flatMap(({ word }) => word ?? [])).size).toBeGreaterThanOrEqual(3);
    const { tensors } = readSafetensors(readFileSync(join(cut, `${name}.safetensors`)));
    trace.attentions.slice(0, name === 'pooled' ? 2 : names.length).forEach(({ weights }, i) => {
      expect(difference(weights!.data, tensors.get(`attention.${i}`)!.data)).toBeLessThan(1e-5);
    });
    const at = names.indexOf('query → image 1');
    const [start, end] = trace.attentions[at].queries;
    expect(trace.tokens.slice(start, end).map(({ stream }) => stream)).toEqual(Array(3).fill('query'));
    const off = { attention: at, factor: { dims: [2, 1, 1], data: Float32Array.of(0, 1) } };
    const without = await engine.run(folder, given, { ...everything, masks: [off] });
    const last = names.length - 1;
    if (last > at)
      expect(
        difference(without.attentions[last].weights!.data, trace.attentions[last].weights!.data),
      ).toBeGreaterThan(1e-4);
  },
);
