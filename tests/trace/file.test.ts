import { describe, expect, test } from 'vitest';
import { readTraceFile, writeTraceFile } from '../../src/trace/file';
import { readSafetensors } from '../../src/containers/safetensors';
import { oracleBytes } from '../support/oracle';
import { npz, rows } from './bundled';

const oracle = (name: string) => new Uint8Array(oracleBytes(`trace/${name}`));

/** PyTorch's own attentions, written beside the trace file by another writer. */
const truth = (name: string) =>
  [...readSafetensors(oracle(`${name}.safetensors`)).tensors]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([, { data }]) => data);

describe('what models/vlpm_export/recorder.py wrote', () => {
  test('of a single stream: the weights are PyTorch’s, the patches lie in raster order behind [CLS]', async () => {
    const { trace, grid, image, interaction } = await readTraceFile(oracle('vilt.npz'));
    expect(trace.attentions.map(({ weights }) => weights?.data)).toEqual(truth('vilt'));
    expect(
      trace.attentions.map(({ name, queries, keys, heads, stage }) => [name, queries, keys, heads, stage]),
    ).toEqual([
      ['joint 1', [0, 27], [0, 27], 4, 'fusion'],
      ['joint 2', [0, 27], [0, 27], 4, 'fusion'],
    ]);
    expect(trace.tokens.slice(9, 13).map(({ role, box }) => [role, box])).toEqual([
      ['sep', undefined],
      ['cls', undefined],
      ['patch', [0, 0, 0.25, 0.25]],
      ['patch', [0.25, 0, 0.25, 0.25]],
    ]);
    expect(trace.tokens[5]).toEqual({ stream: 'text', role: 'word', text: 'dog', word: 4, span: [13, 16] });
    expect([grid, interaction, trace.outputs.match.dims]).toEqual([[4, 4], 'self-attention', [1]]);
    expect(image).toMatchObject({ width: 64, height: 64 });
  });

  test('of two streams: which attention joins what follows from the numbers of tokens', async () => {
    const { trace, grid } = await readTraceFile(oracle('lxmert.npz'));
    expect(trace.attentions.map(({ weights }) => weights?.data)).toEqual(truth('lxmert'));
    expect(trace.attentions.map(({ name, stage, layer }) => [name, stage, layer])).toEqual([
      ['text 1', 'text', 0],
      ['text 2', 'text', 1],
      ['image 1', 'image', 0],
      ['text → image 1', 'fusion', 0],
      ['text → image 2', 'fusion', 1],
    ]);
    expect(trace.attentions[3]).toMatchObject({ queries: [0, 10], keys: [10, 14] });
    expect(trace.tokens[10]).toMatchObject({ stream: 'image', role: 'region' });
    expect(trace.tokens[10].box?.map((x) => Number(x.toFixed(4)))).toEqual([0.05, 0.1, 0.4, 0.5]);
    expect(grid).toBeNull();
  });
});

describe.each(['npz', 'safetensors'] as const)('saved as %s', (kind) => {
  test.each(['vilt', 'lxmert'])('%s opens again as the same run', async (name) => {
    const file = await readTraceFile(oracle(`${name}.npz`));
    expect(await readTraceFile(writeTraceFile(file, kind))).toEqual(file);
  });

  test('masks, causal rows, similarity and transparency are kept', async () => {
    const whole = await readTraceFile(
      npz(
        {
          attention_0: rows(2, 10, 10),
          attention_1: rows(2, 5, 5),
          visible_1: { dims: [5], data: Uint8Array.of(1, 1, 1, 1, 0) },
          similarity: { dims: [5, 5], data: new Float32Array(25).fill(0.5) },
          image: { dims: [1, 2, 4], data: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 7) },
        },
        { attentions: [{ visible: 'causal' }, { queries: 'text', keys: 'text' }], crop: [0.1, 0, 0.5, 1] },
      ),
    );
    expect(whole.trace.attentions[0].visible).toBe('causal');
    expect(whole.trace.attentions[1].visible).toEqual(Uint8Array.of(1, 1, 1, 1, 0));
    expect(await readTraceFile(writeTraceFile(whole, kind))).toEqual(whole);
  });
});

test('what is saved as NPZ are the bytes that models/tests/test_recorder.py opens with numpy', async () => {
  const saved = writeTraceFile(await readTraceFile(oracle('lxmert.npz')), 'npz');
  expect(saved).toEqual(oracle('saved.npz'));
});

test('a run whose weights were not asked for is not saved', async () => {
  const file = await readTraceFile(oracle('vilt.npz'));
  const [first, ...others] = file.trace.attentions;
  const trace = { ...file.trace, attentions: [{ ...first, weights: null }, ...others] };
  expect(() => writeTraceFile({ ...file, trace }, 'npz')).toThrow(
    'joint 1: expected weights to save, got none.',
  );
});

describe('a file written by hand', () => {
  test('may put the picture among the words, as decoders read it', async () => {
    const { trace } = await readTraceFile(
      npz({ attention_0: rows(1, 10, 10) }, { tokens: ['<s>', '▁what', '<image>', '▁is', '▁this', '</s>'] }),
    );
    expect(trace.tokens.map(({ stream }) => stream[0]).join('')).toBe('ttiiiiittt');
    expect(trace.caption).toBe('▁what ▁is ▁this');
  });

  test('may list learned queries', async () => {
    const tokens = ['[CLS]', { stream: 'query' }, { stream: 'query' }];
    const { trace } = await readTraceFile(npz({ attention_0: rows(1, 2, 5) }, { tokens }));
    expect(trace.attentions[0]).toMatchObject({ name: 'query → image 1', queries: [1, 3], keys: [3, 8] });
  });

  test('may have a picture as the bytes of a file, of one channel, or none', async () => {
    const image = async (dims: number[], bytes: number[]) => {
      const array = { dims, data: Uint8Array.from(bytes) };
      return (await readTraceFile(npz({ attention_0: rows(1, 10, 10), image: array }))).image;
    };
    expect(await image([3], [1, 2, 3])).toEqual(Uint8Array.of(1, 2, 3));
    expect(await image([1, 2], [9, 8])).toMatchObject({
      width: 2,
      data: Uint8ClampedArray.of(9, 9, 9, 255, 8, 8, 8, 255),
    });
    expect((await readTraceFile(npz({ attention_0: rows(1, 10, 10) }))).image).toBeNull();
  });
});
