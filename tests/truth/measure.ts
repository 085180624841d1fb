import * as ort from 'onnxruntime-web';
import { fromHalf, toHalf } from '../../src/containers/half';
import type { Safetensors } from '../../src/containers/safetensors';
import { change } from '../../src/onnx/change/change';
import { finishDraft, startDraft } from '../../src/onnx/change/draft';
import { expose } from '../../src/onnx/change/expose';
import { applyPatch } from '../../src/onnx/change/patch';
import { readModel } from '../../src/onnx/file/reader';
import type { Finding } from '../../src/onnx/find/find';
import { difference } from '../support/difference';

/** What runs of a file showed; null where there was none. Differences of answers are relative to the largest, where that is above 1. */
export interface Measured {
  /** Which of PyTorch's each attention is, by its map. */
  order: number[] | null;
  /** Largest difference of a map from PyTorch's. */
  maps: number | null;
  /** How far answers are from PyTorch's in the file as it is, with all attentions open and unchanged from those, and with one head off from PyTorch's. */
  plain: number | null;
  neutral: number | null;
  masked: number | null;
  /** How far the answers without the head are from those with it, in PyTorch. */
  moved: number | null;
  /** Why the runtime did not run the file. */
  failed: string | null;
}

type Tensors = Safetensors['tensors'];

/** Runs a file as it is, and with every attention shown and open to change. */
export async function measure(
  file: Uint8Array<ArrayBuffer>,
  written: Uint8Array<ArrayBuffer>,
  tensors: Tensors,
  metadata: Record<string, string>,
  finding: Finding,
): Promise<Measured> {
  const nothing = { order: null, maps: null, plain: null, neutral: null, masked: null, moved: null };
  try {
    return { ...nothing, failed: null, ...(await run(file, written, tensors, metadata, finding)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...nothing, failed: message.split('\n')[0].slice(0, 200) };
  }
}

async function run(
  file: Uint8Array<ArrayBuffer>,
  written: Uint8Array<ArrayBuffer>,
  tensors: Tensors,
  metadata: Record<string, string>,
  finding: Finding,
): Promise<Partial<Measured>> {
  const outputs = [...tensors.keys()].flatMap((key) => (key.startsWith('plain.') ? [key.slice(6)] : []));
  const truth = (kind: string, output: string) => tensors.get(`${kind}.${output}`)!.data as Float32Array;
  const model = readModel(written);
  const feeds = feedsOf(model, tensors);
  const untouched = await once(file, feeds, outputs);
  const far = (answers: Answers, of: (output: string) => Float32Array) =>
    Math.max(...outputs.map((output) => relative(answers[output], of(output))));
  const plain = far(untouched, (output) => truth('plain', output));
  const shown = finding.attentions.filter(
    ({ tensor, heads, inside }) => tensor !== null && heads !== null && inside === null,
  );
  if (shown.length === 0) return { plain };
  const draft = startDraft(model);
  const handles = shown.map((found) =>
    change(draft, finding, found, found.heads!, { factor: true, term: true, shown: true }),
  );
  expose(
    draft,
    handles.map(({ shown }) => shown),
  );
  const names = [...handles.map(({ shown }) => shown), ...outputs];
  const changed = applyPatch(written, finishDraft(draft));
  const session = await ort.InferenceSession.create(changed, { logSeverityLevel: 3 });
  const [attention, head] = JSON.parse(metadata.masked ?? '[-1, -1]') as [number, number];
  const heads = tensors.get(`attention.${attention}`)?.dims.at(-3) ?? 0;
  const off = Array.from({ length: heads }, (_, h) => Number(h !== head));
  const open = async (factorAt: number | null) => {
    const given = { ...feeds };
    handles.forEach(({ factor, term }, i) => {
      const values = i === factorAt ? off : [1];
      if (factor) given[factor] = new ort.Tensor('float32', values, [values.length, 1, 1]);
      if (term) given[term] = new ort.Tensor('float32', [0], [1, 1, 1]);
    });
    return read(await session.run(given, names));
  };
  try {
    const neutral = await open(null);
    const order = orderOf(
      handles.map(({ shown }) => neutral[shown]),
      tensors,
    );
    const at = order?.findIndex(({ is }) => is === attention) ?? -1;
    return {
      plain,
      order: order?.map(({ is }) => is) ?? null,
      maps: order && Math.max(...order.map(({ far }) => far)),
      neutral: far(neutral, (output) => untouched[output]),
      masked: at < 0 ? null : far(await open(at), (output) => truth('masked', output)),
      moved:
        attention < 0
          ? null
          : Math.max(...outputs.map((output) => relative(truth('masked', output), truth('plain', output)))),
    };
  } finally {
    await session.release();
  }
}

/** Which of PyTorch's maps each is: the nearest that is not taken; null where one has none of its size. */
function orderOf(maps: readonly Float32Array[], tensors: Tensors): { is: number; far: number }[] | null {
  const left = new Set(
    [...tensors.keys()].flatMap((key) => (key.startsWith('attention.') ? [Number(key.slice(10))] : [])),
  );
  const order = maps.map((map) => {
    let [is, least] = [-1, Infinity];
    for (const i of left) {
      const wanted = tensors.get(`attention.${i}`)?.data;
      const far = wanted?.length === map.length ? difference(map, wanted) : Infinity;
      if (far < least) [is, least] = [i, far];
    }
    left.delete(is);
    return { is, far: least };
  });
  return order.every(({ is }) => is >= 0) ? order : null;
}

type Answers = Record<string, Float32Array>;

async function once(
  file: Uint8Array,
  feeds: Record<string, ort.Tensor>,
  outputs: readonly string[],
): Promise<Answers> {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    return read(await session.run(feeds, outputs));
  } finally {
    await session.release();
  }
}

function read(answers: ort.InferenceSession.ReturnType): Answers {
  return Object.fromEntries(
    Object.entries(answers).map(([name, { type, data }]) => [
      name,
      type === 'float16' ? fromHalf(data as Uint16Array) : (data as Float32Array),
    ]),
  );
}

/** What PyTorch was given, in the types that the file asks for. */
function feedsOf({ inputs }: ReturnType<typeof readModel>, tensors: Tensors): Record<string, ort.Tensor> {
  const half = 10;
  const feeds: Record<string, ort.Tensor> = {};
  for (const { name, dtype } of inputs) {
    const given = tensors.get(`feed.${name}`);
    if (!given) continue;
    const { dims, data } = given;
    if (given.dtype === 'I32') feeds[name] = new ort.Tensor('int64', Array.from(data, BigInt), dims);
    else if (dtype === half) feeds[name] = new ort.Tensor('float16', toHalf(data as Float32Array), dims);
    else feeds[name] = new ort.Tensor('float32', data as Float32Array, dims);
  }
  return feeds;
}

function relative(a: Float32Array, b: Float32Array): number {
  return difference(a, b) / b.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
}
