import { describe, expect, test } from 'vitest';
import { faults } from '../../src/attention/faults';
import type { Numbers } from '../../src/containers/npy';
import { readTraceFile } from '../../src/trace/file';
import { npz, rows, spoken } from './bundled';

const joint = rows(2, 10, 10);

function changed(at: number, value: number): Numbers {
  const data = Float32Array.from(joint.data);
  data[at] = value;
  return { dims: joint.dims, data };
}

/** A row of head 2 that was left to dropout. */
const dropped = changed(120, joint.data[120] - 0.05);

test.each<[what: string, arrays: Record<string, Numbers>, meta: object, says: string]>([
  [
    'scores',
    { attention_0: changed(61, -0.5) },
    {},
    'joint 1, head 1, row 7: expected weights from 0 to 1, got -0.5 at key 2; are they from before the softmax?',
  ],
  [
    'dropout',
    { attention_0: dropped },
    {},
    'joint 1, head 2, row 3 (“dog”): expected weights that sum to 1, got 0.95; are they from before the softmax or after dropout?',
  ],
  [
    'a batch',
    { attention_0: { dims: [2, 1, 10, 10], data: joint.data } },
    {},
    'attention_0: expected [head, query, key] or [1, head, query, key], got [2, 1, 10, 10].',
  ],
  [
    'no heads',
    { attention_0: { dims: [0, 10, 10], data: new Float32Array() } },
    {},
    'attention_0: expected [head, query, key] or [1, head, query, key], got [0, 10, 10].',
  ],
  [
    'too few keys',
    { attention_0: rows(2, 10, 9) },
    {},
    'attention_0: expected as many keys as there are tokens, 5 (text), 5 (image), 10 (all), got 9.',
  ],
  [
    'equal streams',
    { attention_0: rows(2, 5, 5) },
    {},
    'attention_0: 5 queries may be text or image: expected meta to say which.',
  ],
  [
    'positions past the end',
    { attention_0: rows(2, 5, 5) },
    { attentions: [{ queries: [8, 13] }] },
    'attention_0: expected 5 queries among 10 tokens, got 8 to 13.',
  ],
  [
    'positions backwards',
    { attention_0: rows(2, 5, 5) },
    { attentions: [{ queries: [5, 0] }] },
    'attention_0: expected 5 queries among 10 tokens, got 5 to 0.',
  ],
  [
    'no attention',
    { image: rows(1, 2, 3) },
    {},
    'Expected attention as arrays attention_0, attention_1 and on, got image.',
  ],
  ['nothing', {}, {}, 'Expected attention as arrays attention_0, attention_1 and on, got no array.'],
  ['a gap', { attention_0: joint, attention_2: joint }, {}, 'Expected attention_1 next, got attention_2.'],
  [
    'more said than held',
    { attention_0: joint },
    { attentions: [{}, {}] },
    'meta tells of 2 attentions, but the file holds 1.',
  ],
  [
    'a later version',
    { attention_0: joint },
    { format: 'vlpm trace 2' },
    'meta, field format: expected "vlpm trace 1", got "vlpm trace 2".',
  ],
  [
    'a field misspelt',
    { attention_0: joint },
    { captoin: 'a dog' },
    'meta: there is no field called captoin.',
  ],
  ['no tokens', { attention_0: joint }, { tokens: undefined }, 'meta: the field tokens is missing.'],
  [
    'tokens that are numbers',
    { attention_0: joint },
    { tokens: [101, 1037] },
    'meta, field tokens.0: expected a text, or an object with a stream, got 101.',
  ],
  [
    'boxes beside a grid',
    { attention_0: joint, boxes: rows(1, 4, 4) },
    {},
    'There are a grid and boxes: expected one of the two.',
  ],
  [
    'boxes in pixels',
    { attention_0: joint, boxes: { dims: [1, 4], data: Float32Array.of(0, 0, 320, 200) } },
    { grid: undefined },
    'boxes, row 1: expected x, y, width, height in [0, 1] of the picture, got 0, 0, 320, 200.',
  ],
  [
    'too few patches',
    { attention_0: joint },
    { tokens: [{ stream: 'image', role: 'patch' }] },
    'Expected 4 patches for a grid of 2 × 2, got 1.',
  ],
  [
    'a float picture',
    { attention_0: joint, image: rows(1, 3, 3) },
    {},
    'image: expected uint8 [height, width, 3], or the bytes of a PNG or JPEG file, got other numbers [1, 3, 3].',
  ],
  [
    'channels first',
    { attention_0: joint, image: { dims: [3, 8, 8], data: new Uint8Array(192) } },
    {},
    'image: expected uint8 [height, width, 3], or the bytes of a PNG or JPEG file, got uint8 [3, 8, 8].',
  ],
  [
    'a mask that fits nothing',
    { attention_0: joint, visible_0: { dims: [3], data: Uint8Array.of(1, 1, 0) } },
    {},
    'joint 1: expected what is visible as [10] or [10, 10], got [3].',
  ],
  [
    'a similarity that fits nothing',
    { attention_0: joint, similarity: rows(1, 2, 2) },
    {},
    'similarity: expected finite numbers [text, image] = [5, 5], got [1, 2, 2].',
  ],
])('%s is refused in one sentence', async (_, arrays, meta, says) => {
  await expect(readTraceFile(npz(arrays, meta))).rejects.toThrow(new Error(says));
});

test('what is no number is read with its run, and told by module, head, query and key', async () => {
  const data = Float32Array.from(joint.data);
  data[123] = NaN;
  data[127] = Infinity;
  data[190] = -Infinity;
  const { trace } = await readTraceFile(npz({ attention_0: joint, attention_1: { dims: joint.dims, data } }));
  expect(trace.attentions[1].weights?.data[123]).toBeNaN();
  expect(faults(trace.attentions)).toEqual([{ attention: 1, head: 1, count: 3, query: 2, key: 3 }]);
});

test('a row of padding may sum to anything, one that was rounded to half precision may be a little off', async () => {
  const tokens = ['a', '[PAD]', 'b', 'c', 'd'];
  const data = Float32Array.from(joint.data);
  for (const head of [0, 1]) data.fill(0, head * 100 + 10, head * 100 + 20);
  data[0] += 0.009;
  const { trace } = await readTraceFile(npz({ attention_0: { dims: joint.dims, data } }, { tokens }));
  expect(trace.tokens[1].role).toBe('pad');
});

describe('bytes that are no trace', () => {
  const text = (content: string) => new TextEncoder().encode(content);
  test.each<[what: string, bytes: Uint8Array<ArrayBuffer>, says: string]>([
    [
      'an empty file',
      new Uint8Array(),
      'Expected a trace, as an NPZ or a safetensors file, got an empty file.',
    ],
    [
      'a text',
      text('attention is all you need'),
      'Expected a trace, as an NPZ or a safetensors file, got something else.',
    ],
    [
      'one array',
      text('\x93NUMPY').slice(1),
      'Expected a trace, as an NPZ or a safetensors file, got a single .npy array.',
    ],
    [
      'an NPZ cut short',
      npz({ attention_0: joint }).slice(0, 400),
      'The ZIP file ends early: it has no list of its members.',
    ],
  ])('%s', async (_, bytes, says) => {
    await expect(readTraceFile(bytes)).rejects.toThrow(new Error(says));
  });

  test('JSON that is cut short, or missing', async () => {
    const { writeZip } = await import('../../src/containers/zip');
    const { writeNpy } = await import('../../src/containers/npy');
    const held = (name: string, content: string) => writeZip(new Map([[name, writeNpy(content)]]));
    const cut = JSON.stringify(spoken).slice(0, 20);
    await expect(readTraceFile(held('meta.npy', cut))).rejects.toThrow(
      /^Expected JSON in "meta", got ".*"\.$/,
    );
    await expect(readTraceFile(held('note.npy', cut))).rejects.toThrow(/^The file has no "meta"/);
  });
});
