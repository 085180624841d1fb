import { fromHalf } from '../containers/half';
import { readNpy, writeNpy, type Numbers } from '../containers/npy';
import { readSafetensors, writeSafetensors, type Stored } from '../containers/safetensors';
import { readZip } from '../containers/unzip';
import { writeZip } from '../containers/zip';

/** Named arrays and one JSON value: what an NPZ or a safetensors file holds of a trace. */
export interface Bundle {
  meta: unknown;
  arrays: Map<string, Numbers>;
}

const isZip = (file: Uint8Array) => file[0] === 0x50 && file[1] === 0x4b;

/**
 * Reads an NPZ file, whose JSON is a text or the bytes of one under the name "meta", or a safetensors file, whose JSON is the entry
 * "meta" of its metadata.
 * @throws Error of one sentence when it is neither, is damaged, or has no such JSON
 */
export async function readBundle(file: Uint8Array<ArrayBuffer>): Promise<Bundle> {
  if (isZip(file)) return readNpz(file);
  if (file.length >= 9 && file[8] === 0x7b) return fromSafetensors(file);
  const got =
    file.length === 0 ? 'an empty file' : file[0] === 0x93 ? 'a single .npy array' : 'something else';
  throw new Error(`Expected a trace, as an NPZ or a safetensors file, got ${got}.`);
}

async function readNpz(file: Uint8Array<ArrayBuffer>): Promise<Bundle> {
  const arrays = new Map<string, Numbers>();
  let meta: string | undefined;
  for (const [member, bytes] of await readZip(file)) {
    if (!member.endsWith('.npy')) continue;
    const name = member.slice(0, -4);
    const content = readNpy(bytes, name);
    if (name === 'meta') meta = typeof content === 'string' ? content : decode(content.data);
    else if (typeof content !== 'string') arrays.set(name, content);
  }
  return { meta: parse(meta), arrays };
}

function fromSafetensors(file: Uint8Array): Bundle {
  const { tensors, metadata } = readSafetensors(file);
  const arrays = new Map([...tensors].map(([name, stored]) => [name, toNumbers(stored)]));
  return { meta: parse(metadata.meta), arrays };
}

function toNumbers({ dtype, dims, data }: Stored): Numbers {
  if (dtype === 'F16') return { dims, data: fromHalf(data) };
  return { dims, data: dtype === 'I32' ? Float32Array.from(data) : data };
}

const decode = (data: Numbers['data']) => (data instanceof Uint8Array ? new TextDecoder().decode(data) : '');

function parse(meta: string | undefined): unknown {
  if (meta === undefined)
    throw new Error('The file has no "meta", the JSON text that says what its arrays are.');
  try {
    return JSON.parse(meta);
  } catch {
    throw new Error(`Expected JSON in "meta", got ${JSON.stringify(meta.slice(0, 40))}.`);
  }
}

/** A file that `readBundle` reads back to the same numbers. */
export function writeBundle({ meta, arrays }: Bundle, kind: 'npz' | 'safetensors'): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(meta);
  if (kind === 'npz') {
    const members = [['meta', json] as const, ...arrays].map(
      ([name, content]) => [`${name}.npy`, writeNpy(content)] as const,
    );
    return writeZip(new Map(members));
  }
  const tensors = [...arrays].map(([name, { dims, data }]): [string, Stored] => [
    name,
    data instanceof Uint8Array ? { dtype: 'U8', dims, data } : { dtype: 'F32', dims, data },
  ]);
  return writeSafetensors({ tensors: new Map(tensors), metadata: { meta: json } });
}
