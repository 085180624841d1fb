import type { Prepared } from '../../architectures/adapter';
import { feed } from '../../architectures/feeding';
import type { Manifest } from '../../architectures/manifest';
import { fromHalf } from '../../containers/half';
import { toOrt, type Beside, type Ort } from '../session';
import type * as OrtModule from 'onnxruntime-web';

/** A graph as it is opened: its sketch, and the files that hold its weights. */
export interface Part {
  role: string;
  sketch: Uint8Array<ArrayBuffer>;
  beside: readonly Beside[];
}

/** What a graph made. */
export type Made = { dims: readonly number[]; data: Float32Array<ArrayBuffer> };
/** A graph that is open. */
export type Opened = { role: string; session: OrtModule.InferenceSession };

/** Opens a graph on WebAssembly. */
export async function openPart(ort: Ort, { role, sketch, beside }: Part): Promise<Opened> {
  const session = await ort.InferenceSession.create(sketch, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    ...(beside.length > 0 && { externalData: beside }),
  });
  return { role, session };
}

/** What a graph is given in a run. */
export function feedsOf(
  ort: Ort,
  role: string,
  manifest: Manifest,
  prepared: Prepared,
  made: ReadonlyMap<string, Made>,
): Record<string, OrtModule.Tensor> {
  const { feeds } = manifest.own!;
  return Object.fromEntries(
    manifest.graphs[role].inputs.map((port) => [
      port.name,
      toOrt(ort, feed(port, feeds[role][port.name], prepared, manifest, made)),
    ]),
  );
}

/** What the graphs make that run before the one that is asked, by "role/name". */
export async function runBefore(
  ort: Ort,
  graphs: readonly Opened[],
  manifest: Manifest,
  prepared: Prepared,
): Promise<Map<string, Made>> {
  const made = new Map<string, Made>();
  for (const { role, session } of graphs) {
    const answers = await session.run(feedsOf(ort, role, manifest, prepared, made));
    for (const [name, tensor] of Object.entries(answers))
      if (/^float/.test(tensor.type))
        made.set(`${role}/${name}`, { dims: tensor.dims, data: Float32Array.from(numbers(tensor)) });
  }
  return made;
}

/** The numbers of a tensor as floats. */
export function numbers({ type, data }: OrtModule.Tensor): ArrayLike<number> {
  if (type === 'float16' && data instanceof Uint16Array) return fromHalf(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, Number);
  return data as ArrayLike<number>;
}
