import type * as Ort from 'onnxruntime-web';
import { change, type Handles } from '../../src/onnx/change/change';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose } from '../../src/onnx/change/expose';
import { findAttention } from '../../src/onnx/find/find';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import { readSafetensors } from '../../src/containers/safetensors';
import { difference } from '../support/difference';

type Runtime = Pick<typeof Ort, 'Tensor' | 'InferenceSession'>;
type Feeds = Record<string, Ort.Tensor>;

/** A tiny model of a public architecture with what PyTorch says: `models/vlpm_export/hub.py` writes both. */
export function readHub(ort: Runtime, file: Uint8Array<ArrayBuffer>, oracle: Uint8Array) {
  const { tensors, metadata } = readSafetensors(oracle);
  const feeds: Feeds = {};
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
  const [attention, head] = JSON.parse(metadata.masked) as [number, number];
  return {
    file,
    feeds,
    outputs,
    dims: (key: string) => tensors.get(key)!.dims,
    wanted: (key: string) => tensors.get(key)!.data as Float32Array,
    attention,
    head,
    maps: [...tensors.keys()].filter((key) => key.startsWith('attention.')).length,
    blocks: metadata.blocks.split(' '),
  };
}

type Hub = ReturnType<typeof readHub>;

/** A model with every attention shown and open to change, in one session. */
async function openHub(ort: Runtime, { file }: Hub, backend: 'wasm' | 'webgpu') {
  const model = readModel(file);
  const finding = findAttention(model);
  const draft = startDraft(model);
  const handles = finding.attentions.map((found) =>
    change(draft, finding, found, found.heads!, { factor: true, term: true, shown: true }),
  );
  expose(
    draft,
    handles.map(({ shown }) => shown),
  );
  const session = await open(ort, applyPatch(file, finishDraft(draft)), backend);
  return { session, handles };
}

const open = (ort: Runtime, file: Uint8Array, backend: 'wasm' | 'webgpu') =>
  ort.InferenceSession.create(file, { executionProviders: [backend], logSeverityLevel: 3 });

/** Changes of all attentions, neutral but for what `of` gives. */
function changes(ort: Runtime, handles: readonly Handles[], of: (index: number) => Partial<Change>): Feeds {
  const one = (value: number) => new ort.Tensor('float32', [value], [1, 1, 1]);
  const feeds: Feeds = {};
  handles.forEach(({ factor, term }, i) => {
    const given = { factor: one(1), term: one(0), ...of(i) };
    if (factor) feeds[factor] = given.factor;
    if (term) feeds[term] = given.term;
  });
  return feeds;
}

interface Change {
  factor: Ort.Tensor;
  term: Ort.Tensor;
}

/**
 * How far a model whose attentions can all be changed is from what is known, each relative to the largest output where that is above 1:
 * `neutral` from the file as it is, `masked` and `cut` from PyTorch with one head off and with keys hidden in every attention;
 * `maps` from PyTorch's, and `before` the first map of the run with hidden keys from the one without.
 */
export async function tryChanges(ort: Runtime, hub: Hub, backend: 'wasm' | 'webgpu') {
  const { feeds, outputs, wanted, dims, attention, head } = hub;
  const plain = await open(ort, hub.file, backend);
  const untouched = await plain.run(feeds, outputs);
  const { session, handles } = await openHub(ort, hub, backend);
  const run = (of: (index: number) => Partial<Change>) =>
    session.run({ ...feeds, ...changes(ort, handles, of) }, [
      ...handles.map(({ shown }) => shown),
      ...outputs,
    ]);
  const heads = dims(`attention.${attention}`).at(-3)!;
  const factor = Array.from({ length: heads }, (_, h) => Number(h !== head));
  const term = (i: number) => new ort.Tensor('float32', wanted(`term.${i}`), [...dims(`term.${i}`)]);
  const neutral = await run(() => ({}));
  const masked = await run((i) =>
    i === attention ? { factor: new ort.Tensor('float32', factor, [heads, 1, 1]) } : {},
  );
  const cut = await run((i) => ({ term: term(i) }));
  await plain.release();
  await session.release();

  const data = (tensor: Ort.Tensor) => tensor.data as Float32Array;
  const far = (results: Record<string, Ort.Tensor>, truth: (output: string) => Float32Array) =>
    Math.max(
      ...outputs.map((output) => {
        const largest = truth(output).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
        return difference(data(results[output]), truth(output)) / largest;
      }),
    );
  const { shown: first } = handles[0];
  return {
    neutral: far(neutral, (output) => data(untouched[output])),
    masked: far(masked, (output) => wanted(`masked.${output}`)),
    cut: far(cut, (output) => wanted(`cut.${output}`)),
    maps: Math.max(
      ...handles.map(({ shown }, i) => difference(data(neutral[shown]), wanted(`attention.${i}`))),
    ),
    before: difference(data(cut[first]), data(neutral[first])),
  };
}
