import type * as OrtModule from 'onnxruntime-web';
import type { Answer, Feed, Want } from '../architectures/adapter';
import type { GraphEntry } from '../architectures/manifest';
import { finishDraft, startDraft } from '../onnx/draft';
import { gather, splitMaps } from '../onnx/expose';
import { applyPatch } from '../onnx/patch';
import { readModel } from '../onnx/reader';
import { solveDims } from './shapes';
import type { BackendKind } from './device';

/** What is used of onnxruntime-web. The module is handed in: its WebGPU build makes no session in Node. */
export type Ort = Pick<typeof OrtModule, 'InferenceSession' | 'Tensor' | 'env'>;

/** One graph of a model, ready to run. Calls must not overlap: two WebGPU runs at a time hang onnxruntime-web 1.30. */
export interface Graph {
  run(feeds: Record<string, Feed>, want: Want): Promise<Answer>;
  release(): Promise<void>;
}

/** A session and its gathered outputs; `maps` is null in a session that must not pay for them. */
interface Opened {
  session: OrtModule.InferenceSession;
  answers: string | null;
  maps: string | null;
}

/**
 * Opens a graph on a backend. A run computes all outputs of its session whether fetched or not, so there are two sessions, each made
 * when first needed: one as the file is, and one that gathers every attention map into one further output. Several task outputs
 * are gathered too, so that a run reads back two buffers at most.
 */
export function openGraph(
  ort: Ort,
  bytes: Uint8Array<ArrayBuffer>,
  entry: GraphEntry,
  backend: BackendKind,
): Graph {
  const sessions = new Map<boolean, Promise<Opened>>();
  const open = (maps: boolean) => {
    let session = sessions.get(maps);
    if (!session) {
      session = makeSession(ort, bytes, entry, backend, maps);
      session.catch(() => sessions.delete(maps));
      sessions.set(maps, session);
    }
    return session;
  };
  return {
    async run(feeds, want) {
      const { session, answers, maps } = await open(want.maps);
      const joined = want.outputs.length > 1 ? answers : null;
      const fetched = await session.run(
        Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toOrt(ort, feed)])),
        [...(joined ? [joined] : want.outputs), ...(maps ? [maps] : [])],
      );
      const outputs = joined
        ? takeApart(entry, feeds, await numbers(fetched[joined]))
        : await Promise.all(want.outputs.map(async (name) => [name, await tensor(fetched[name])] as const));
      return { outputs: Object.fromEntries(outputs), maps: maps ? await numbers(fetched[maps]) : null };
    },
    async release() {
      const open = await Promise.allSettled(sessions.values());
      sessions.clear();
      for (const result of open) if (result.status === 'fulfilled') await result.value.session.release();
    },
  };
}

async function makeSession(
  ort: Ort,
  bytes: Uint8Array<ArrayBuffer>,
  entry: GraphEntry,
  backend: BackendKind,
  exposed: boolean,
): Promise<Opened> {
  const draft = startDraft(readModel(bytes));
  const names = entry.outputs.map(({ name }) => name);
  const tensors = entry.attentions.map(({ tensor }) => tensor);
  const answers = names.length > 1 ? gather(draft, names, 'answers') : null;
  const maps = exposed && tensors.length > 0 ? gather(draft, tensors, 'maps') : null;
  const session = await ort.InferenceSession.create(applyPatch(bytes, finishDraft(draft)), {
    executionProviders: [backend],
    logSeverityLevel: 3,
  });
  return { session, answers, maps };
}

function toOrt(ort: Ort, feed: Feed): OrtModule.Tensor {
  return feed.dtype === 'int64'
    ? new ort.Tensor('int64', feed.data, feed.dims)
    : new ort.Tensor('float32', feed.data, feed.dims);
}

async function numbers(value: OrtModule.Tensor): Promise<Float32Array<ArrayBuffer>> {
  const data = await value.getData(true);
  if (!(data instanceof Float32Array))
    throw new Error(`expected 32-bit floats from the runtime, got ${value.type}`);
  return data as Float32Array<ArrayBuffer>;
}

async function tensor(value: OrtModule.Tensor): Promise<Answer['outputs'][string]> {
  return { dims: value.dims, data: await numbers(value) };
}

function takeApart(entry: GraphEntry, feeds: Record<string, Feed>, flat: Float32Array<ArrayBuffer>) {
  const shapes = solveDims(entry, feeds, flat.length);
  const parts = splitMaps(flat, shapes);
  return entry.outputs.map(({ name }, index) => [name, parts[index]] as const);
}
