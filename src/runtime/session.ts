import type * as OrtModule from 'onnxruntime-web';
import type { Answer, EntryMask, Feed, Want } from '../architectures/adapter';
import type { GraphEntry } from '../architectures/manifest';
import { fromHalf, toHalf } from '../containers/half';
import { splitMaps } from '../onnx/change/expose';
import { itself, sketchModel } from '../onnx/file/sketch';
import { fill, type Contents, type Filled } from './contents';
import type { BackendKind } from './device';
import { FileBytes } from './own/filebytes';
import { Kept } from './kept';
import { canSolve, solveDims } from './shapes';
import { sayUnstarted } from './unstarted';

/** What is used of onnxruntime-web. The module is handed in: its WebGPU build makes no session in Node. */
export type Ort = Pick<typeof OrtModule, 'InferenceSession' | 'Tensor' | 'env'>;

/** One graph of a model, ready to run. Calls must not overlap: two WebGPU runs at a time hang onnxruntime-web 1.30. */
export interface Graph {
  run(feeds: Record<string, Feed>, want: Want): Promise<Answer>;
  release(): Promise<void>;
}

/** A session and what it has beside its file. */
interface Opened extends Omit<Filled, 'file'> {
  session: OrtModule.InferenceSession;
}

/** A file that holds weights of a graph, by the path that the graph names it by. */
export interface Beside {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}

/** Bytes from which on a graph has one session: two do not fit into the 4 GiB of WebAssembly. */
const heavy = 2 ** 29;

/**
 * Opens a graph on a backend. A run computes all outputs of its session whether fetched or not, and every factor and term of it, so there is a
 * session for each kind of run, made when first needed: with or without attention maps, with or without a factor and a term for every
 * attention, which are neutral where a run does not change one. So a sweep over all heads needs one session. Three are kept; for another one that
 * was used longest ago is released. A run without maps or changes takes the session that has maps, where there is one and it did not have to
 * write out attention for them: making another takes longer than some maps, and the weights once more. A graph above 512 MiB keeps one session, which has the maps
 * whether asked for or not. Several task outputs are gathered, so that a run reads back two buffers at most. The runtime is given a sketch of the graph, which is what is patched, and
 * takes weights from the file as it is: that takes it half the memory, and those of a file on the disk are in no memory but its own.
 */
export function openGraph(
  ort: Ort,
  bytes: Uint8Array<ArrayBuffer>,
  entry: GraphEntry,
  backend: BackendKind,
  external: readonly Beside[] = [],
): Graph {
  const size = external.reduce((sum, { data }) => sum + data.length, bytes.length);
  const alone = size > heavy;
  const sessions = new Kept<Opened>(alone ? 1 : 3, ({ session }) => session.release());
  return {
    async run(feeds, { outputs, maps, masks, sides }) {
      const kind = (maps: boolean): Contents => ({
        maps,
        factors: masks.some(({ factor }) => factor),
        terms: masks.some(({ term }) => term),
        places: !!sides && maps,
      });
      const roomy = masks.length > 0 ? null : await sessions.held(JSON.stringify(kind(true)));
      const contents = kind(maps || alone || (roomy !== null && !roomy.isWritten));
      const opened = await sessions.get(JSON.stringify(contents), () =>
        makeSession(ort, bytes, entry, backend, contents, external),
      );
      const shown = maps ? opened.maps : null;
      const joined = outputs.length > 1 ? opened.answers : null;
      const given = [...Object.entries(feeds), ...changes(opened, masks), ...together(opened, sides)];
      const fetched = await opened.session.run(
        Object.fromEntries(given.map(([name, feed]) => [name, toOrt(ort, feed)])),
        [...(joined ? [joined] : outputs), ...(shown ? [shown] : [])],
      );
      const answered = joined
        ? takeApart(entry, feeds, await numbers(fetched[joined]))
        : await Promise.all(outputs.map(async (name) => [name, await tensor(fetched[name])] as const));
      return {
        outputs: Object.fromEntries(answered),
        maps: shown ? await numbers(fetched[shown]) : null,
      };
    },
    release: () => sessions.clear(),
  };
}

async function makeSession(
  ort: Ort,
  bytes: Uint8Array<ArrayBuffer>,
  entry: GraphEntry,
  backend: BackendKind,
  contents: Contents,
  external: readonly Beside[],
): Promise<Opened> {
  const sketch = await sketchModel(bytes);
  const { file, ...rest } = fill(sketch.bytes, canSolve(entry) ? entry : { ...entry, outputs: [] }, contents);
  const beside = sketch.left > 0 ? [...external, { path: itself, data: bytes }] : external;
  const onDisk = external.flatMap(({ data }) => (data instanceof FileBytes ? [data] : []));
  try {
    const session = await ort.InferenceSession.create(file, {
      executionProviders: [backend],
      logSeverityLevel: 3,
      ...(beside.length > 0 && { externalData: beside }),
    });
    return { session, ...rest };
  } catch (error) {
    throw onDisk.find(({ failure }) => failure)?.failure ?? sayUnstarted(error);
  } finally {
    for (const bytes of onDisk) bytes.forget();
  }
}

/** A feed for every factor and term of a session. */
function changes({ factors, terms }: Opened, masks: readonly EntryMask[]): [name: string, feed: Feed][] {
  const feed = (what: 'factor' | 'term', neutral: number) => (name: string, entry: number) => {
    const { dims, data } = masks.find((mask) => mask.entry === entry)?.[what] ?? {
      dims: [1, 1, 1],
      data: Float32Array.of(neutral),
    };
    return [name, { dtype: 'float32', dims, data }] as [string, Feed];
  };
  return [...factors.map(feed('factor', 1)), ...terms.map(feed('term', 0))];
}

/** A feed for every input of a session that says what stands together. */
function together({ sides }: Opened, given: Want['sides']): [name: string, feed: Feed][] {
  return [...sides].flatMap(([name, side]): [string, Feed][] => {
    const members = given?.[name] ?? [];
    const most = members.reduce((most, { length }) => Math.max(most, length), 1);
    const cells = members.flatMap((positions) =>
      Array.from({ length: most }, (_, i) => ({
        at: positions[Math.min(i, positions.length - 1)],
        one: i < positions.length ? 1 : 0,
        share: i < positions.length ? 1 / positions.length : 0,
      })),
    );
    const dims = [members.length, most];
    return [
      [side.at, { dtype: 'int64', dims, data: BigInt64Array.from(cells, ({ at }) => BigInt(at)) }],
      [
        side.mean,
        { dtype: 'float32', dims: [...dims, 1], data: Float32Array.from(cells, ({ share }) => share) },
      ],
      [side.sum, { dtype: 'float32', dims, data: Float32Array.from(cells, ({ one }) => one) }],
    ];
  });
}

/** A feed as the runtime takes it. */
export function toOrt(ort: Ort, feed: Feed): OrtModule.Tensor {
  switch (feed.dtype) {
    case 'int64':
      return new ort.Tensor(feed.dtype, feed.data, feed.dims);
    case 'int32':
      return new ort.Tensor(feed.dtype, feed.data, feed.dims);
    case 'bool':
      return new ort.Tensor(feed.dtype, feed.data, feed.dims);
    case 'float16':
      return new ort.Tensor(feed.dtype, toHalf(feed.data), feed.dims);
    case 'float32':
      return new ort.Tensor(feed.dtype, feed.data, feed.dims);
  }
}

async function numbers(value: OrtModule.Tensor): Promise<Float32Array<ArrayBuffer>> {
  const data: unknown = await value.getData(true);
  if (value.type === 'float16')
    return data instanceof Uint16Array ? fromHalf(data) : Float32Array.from(data as ArrayLike<number>);
  if (!(data instanceof Float32Array)) throw new Error(`expected floats from the runtime, got ${value.type}`);
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
