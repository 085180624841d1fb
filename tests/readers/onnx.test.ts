import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inspectModel } from '../../src/architectures/found/inspection';
import { propose } from '../../src/architectures/found/proposal';
import { readFields, writeField } from '../../src/onnx/file/wire';
import { readKind } from '../onnx/kinds';
import { damaged, judge, runs } from './damage';

/** One of each kind of file: plain, with places for a picture, in integers, in functions of its own, in one piece. */
const files = ['picture_first', 'llava', 'q-operator', 'functions', 'optimised-bert', 'halves'].map(readKind);
const graph = 7;

/** What the page says of a dropped file, before any run. */
async function said(file: Uint8Array): Promise<void> {
  const inspection = await judge(() => inspectModel('model.onnx', file, {}));
  const proposal = inspection && (await judge(() => propose([inspection])));
  if (!inspection || !proposal) return;
  for (const { asks, why } of proposal.questions) expect(asks.length * why.length).toBeGreaterThan(0);
  for (const { heads, fused, tensor } of inspection.attentions) {
    expect(heads === null || heads > 0).toBe(true);
    expect(fused).toBe(tensor === null);
  }
}

test('a damaged model is read, or refused in a sentence', async () => {
  await fc.assert(fc.asyncProperty(damaged(files), said), { numRuns: runs });
}, 3_600_000);

/** Fields of a file's graph, each with its tag: nodes, weights, what comes in and goes out. */
function fieldsOf(file: Uint8Array): { whole: Uint8Array; parts: Uint8Array[] } {
  const [inner] = [...readFields(file, 0, file.length)].filter(({ number }) => number === graph);
  const parts = [...readFields(file, inner.start, inner.end)].map(({ number, wire, value, start, end }) =>
    writeField(number, wire === 0 ? value : file.subarray(start, end)),
  );
  const rest = [...readFields(file, 0, file.length)].flatMap(({ number, wire, value, start, end }) =>
    number === graph ? [] : [writeField(number, wire === 0 ? value : file.subarray(start, end))],
  );
  return { whole: join(rest), parts };
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const taken = files.map(fieldsOf);

test('a model spliced of two is read, or refused in a sentence', async () => {
  const one = fc.constantFrom(...taken);
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const spliced = fc.tuple(one, one, share, share, fc.boolean()).map(([a, b, upTo, from, turned]) => {
    const [head, tail] = [
      a.parts.slice(0, Math.ceil(upTo * a.parts.length)),
      b.parts.slice(Math.floor(from * b.parts.length)),
    ];
    const parts = turned ? [...tail, ...head] : [...head, ...tail];
    return join([a.whole, writeField(graph, parts)]);
  });
  await fc.assert(fc.asyncProperty(spliced, said), { numRuns: runs });
}, 3_600_000);
