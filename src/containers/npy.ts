import { fromHalf } from './half';

/** Numbers with a shape, row-major. Bytes and truth values stay bytes; all else becomes 32-bit floats. */
export interface Numbers {
  dims: readonly number[];
  data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

/** What a .npy file says of itself: `kind` and `size` of an element as numpy writes them ("f", 4), row-major or column-major. */
interface Header {
  kind: string;
  size: number;
  isFortran: boolean;
  dims: number[];
  /** Where the data begin. */
  start: number;
}

/** "\x93NUMPY" */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const readers: Record<string, (buffer: ArrayBuffer) => Numbers['data']> = {
  b1: (buffer) => new Uint8Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  f2: (buffer) => fromHalf(new Uint16Array(buffer)),
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => Float32Array.from(new Float64Array(buffer)),
  i1: (buffer) => Float32Array.from(new Int8Array(buffer)),
  i2: (buffer) => Float32Array.from(new Int16Array(buffer)),
  u2: (buffer) => Float32Array.from(new Uint16Array(buffer)),
  i4: (buffer) => Float32Array.from(new Int32Array(buffer)),
  u4: (buffer) => Float32Array.from(new Uint32Array(buffer)),
  i8: (buffer) => fromBig(new BigInt64Array(buffer)),
  u8: (buffer) => fromBig(new BigUint64Array(buffer)),
};

function fromBig(integers: BigInt64Array | BigUint64Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(integers.length);
  integers.forEach((integer: bigint, i: number) => (numbers[i] = Number(integer)));
  return numbers;
}

/**
 * Reads a .npy file (numpy.lib.format, versions 1 to 3): an array of numbers, or a single text.
 * @param name what it is, for the error
 * @throws Error of one sentence for pickled objects, records, big-endian and complex numbers, and for data that do not fit their shape
 */
export function readNpy(file: Uint8Array, name: string): Numbers | string {
  const { kind, size, isFortran, dims, start } = readHeader(file, name);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (file.length - start !== count * size)
    throw new Error(
      `${name}: expected ${count * size} bytes for [${dims.join(', ')}], got ${file.length - start}.`,
    );
  const { buffer } = new Uint8Array(file.subarray(start));
  if (kind === 'U' || kind === 'S') {
    if (count !== 1) throw new Error(`${name}: expected numbers or one text, got ${count} texts.`);
    return kind === 'U' ? fromPoints(new Uint32Array(buffer)) : trimmed(new TextDecoder().decode(buffer));
  }
  const data = readers[`${kind}${size}`](buffer);
  return { dims, data: isFortran && dims.length > 1 ? toRowMajor(data, dims) : data };
}

function readHeader(file: Uint8Array, name: string): Header {
  const damaged = new Error(`${name}: expected a .npy file, got something else or a part of one.`);
  if (file.length < 12 || !magic.every((byte, at) => file[at] === byte)) throw damaged;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const [first, length] = file[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (first + length > file.length) throw damaged;
  const text = new TextDecoder().decode(file.subarray(first, first + length));
  const type = /'descr':\s*'([<>|=])([A-Za-z])(\d*)'/.exec(text);
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  if (!shape || !order) throw damaged;
  const [, end = '', kind = '', digits = ''] = type ?? [];
  const size = Number(digits) * (kind === 'U' ? 4 : 1);
  const isText = kind === 'U' || kind === 'S';
  if (end === '>' || (!isText && !Object.hasOwn(readers, `${kind}${size}`))) {
    const got = /'descr':\s*(.*?),\s*'fortran/s.exec(text)?.[1] ?? 'another type';
    throw new Error(`${name}: expected plain little-endian numbers, got an array of ${got.slice(0, 60)}.`);
  }
  const dims = shape[1]
    .split(',')
    .filter((part) => part.trim())
    .map((part) => parseInt(part, 10));
  return { kind, size, isFortran: order[1] === 'True', dims, start: first + length };
}

function fromPoints(points: Uint32Array): string {
  const texts: string[] = [];
  for (const point of points) texts.push(point < 0x110000 ? String.fromCodePoint(point) : '\ufffd');
  return trimmed(texts.join(''));
}

const trimmed = (text: string) => text.replace(/\0+$/, '');

function toRowMajor(data: Numbers['data'], dims: readonly number[]): Numbers['data'] {
  const sorted = data.slice();
  const index = dims.map(() => 0);
  const strides = dims.map((_, axis) => dims.slice(0, axis).reduce((product, dim) => product * dim, 1));
  for (let at = 0; at < sorted.length; at++) {
    sorted[at] = data[index.reduce((sum, i, axis) => sum + i * strides[axis], 0)];
    for (let axis = dims.length - 1; axis >= 0 && ++index[axis] === dims[axis]; axis--) index[axis] = 0;
  }
  return sorted;
}

/** An array as a .npy file of version 1; a text as a single element. */
export function writeNpy(content: Numbers | string): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') {
    const points = Uint32Array.from(content, (character) => character.codePointAt(0)!);
    return joined(`<U${points.length}`, '', new Uint8Array(points.buffer));
  }
  const { dims, data } = content;
  const type = data instanceof Uint8Array ? '|u1' : '<f4';
  return joined(
    type,
    dims.map((dim) => `${dim},`).join(''),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
}

function joined(type: string, shape: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((11 + text.length) / 64) * 64 - 10;
  const out = new Uint8Array(10 + length + data.length).fill(32);
  out.set([...magic, 1, 0, length & 255, length >> 8]);
  out.set(new TextEncoder().encode(text), 10);
  out[9 + length] = 10;
  out.set(data, 10 + length);
  return out;
}
