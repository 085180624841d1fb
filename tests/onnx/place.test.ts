import { expect, test } from 'vitest';
import type { Finding, FoundAttention } from '../../src/onnx/find/find';
import { place } from '../../src/onnx/find/place';

const streams = { t: ['text'], v: ['image'], j: ['text', 'image'] } as const;

/** Attentions that have nothing but their blocks, written as in `models/vlpm_export/cells.py`; `jj` is joint. */
function layers(blocks: string): string {
  const attentions = blocks.split(' ').map((block) => {
    const [queries, keys] = [...block].map((letter) => ({
      streams: streams[letter as 't'],
      reads: streams[letter as 't'],
    }));
    return { queries, keys } as unknown as FoundAttention;
  });
  return place({ attentions } as unknown as Finding)
    .map(({ stage, layer }) => `${stage[0]}${layer}`)
    .join(' ');
}

test.each([
  [
    'LXMERT: a layer looks across, then at itself',
    'tt tt vv tv vt tt vv tv vt tt vv',
    't0 t1 i0 f0 f0 f0 f0 f1 f1 f1 f1',
  ],
  [
    'LXMERT for pretraining: no answer reads the picture at the end, so the export has no last look at the text',
    'tt vv vv tv vt tt vv tv tt',
    't0 i0 i1 f0 f0 f0 f0 f1 f1',
  ],
  [
    'METER: a layer looks at itself, then across',
    'tt tt vv vv tt tv vv vt tt tv vv vt',
    't0 t1 i0 i1 f0 f0 f0 f0 f1 f1 f1 f1',
  ],
  ['ALBEF: only text looks across', 'vv vv tt tt tt tv tt tv', 'i0 i1 t0 t1 f0 f0 f1 f1'],
  ['one stream', 'jj jj', 'f0 f1'],
  ['encoders, then one stream', 'vv tt jj jj', 'i0 t0 f0 f1'],
  ['two encoders', 'vv vv tt', 'i0 i1 t0'],
])('%s', (_, blocks, wanted) => {
  expect(layers(blocks)).toBe(wanted);
});

test('learnt positions that have read nothing but words are of the text, and those that have read a picture of that', () => {
  const among = (read: 'text' | 'image') => {
    const side = { streams: ['learnt'], reads: [read] };
    return place({ attentions: [{ queries: side, keys: side }] } as unknown as Finding)[0].stage;
  };
  expect([among('text'), among('image')]).toEqual(['text', 'image']);
});
