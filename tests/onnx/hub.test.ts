import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { findAttention, type Side } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { difference } from '../support/difference';
import { hubBytes } from '../runtime/own/ownfiles';
import { readHub, tryChanges } from './hub';

const folder = join(import.meta.dirname, '../oracle/hub');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.onnx.gz') ? [file.slice(0, -8)] : []));
const read = (file: string) => new Uint8Array(readFileSync(join(folder, file)));

const letter = ({ streams }: Side) =>
  streams.length > 1 ? 'both' : { text: 't', image: 'v', learnt: 'q', sound: 's', other: 'o' }[streams[0]];
const block = (queries: Side, keys: Side) =>
  letter(queries) === 'both' && letter(keys) === 'both' ? 'joint' : letter(queries) + letter(keys);

describe.each(names)('%s', (name) => {
  const hub = readHub(ort, hubBytes(name), read(`${name}.safetensors`));
  const { outputs, wanted, dims, maps, blocks } = hub;

  test('as many attentions as PyTorch has, in its order, with its heads, lengths and blocks', () => {
    const { attentions } = findAttention(readModel(hub.file));
    expect(attentions.map(({ queries, keys }) => block(queries, keys))).toEqual(blocks);
    expect(attentions.map(({ heads, queries, keys }) => [heads, queries.length, keys.length])).toEqual(
      Array.from({ length: maps }, (_, i) => dims(`attention.${i}`).slice(-3)),
    );
  });

  test('open to change, nothing changes; a head switched off and keys hidden change the answers as in PyTorch', async () => {
    const far = await tryChanges(ort, hub, 'wasm');
    expect(far.neutral).toBeLessThan(1e-5);
    expect(far.maps).toBeLessThan(1e-5);
    expect(far.masked).toBeLessThan(1e-5);
    expect(far.cut).toBeLessThan(1e-5);
    expect(far.before).toBeLessThan(1e-6);
    for (const run of ['masked', 'cut'])
      expect(
        Math.max(
          ...outputs.map((output) => difference(wanted(`${run}.${output}`), wanted(`plain.${output}`))),
        ),
      ).toBeGreaterThan(1e-4);
  });
});
