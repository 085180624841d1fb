import { joinBytes, writeField } from '../../src/onnx/file/wire';

type Attribute = number | readonly number[] | string | Uint8Array | { float: number };

/** An AttributeProto: an integer, integers, a text, `{ float }`, or the bytes of a nested graph. */
function attribute(name: string, value: Attribute): Uint8Array {
  const parts = [writeField(1, name)];
  if (typeof value === 'number') parts.push(writeField(3, value), writeField(20, 2));
  else if (typeof value === 'string') parts.push(writeField(4, value), writeField(20, 3));
  else if (value instanceof Uint8Array) parts.push(writeField(6, value), writeField(20, 5));
  else if ('float' in value) {
    const bits = new Uint8Array(Float32Array.of(value.float).buffer);
    parts.push(Uint8Array.of(0x15, ...bits), writeField(20, 1));
  } else parts.push(...value.map((x) => writeField(8, x)), writeField(20, 7));
  return writeField(5, parts);
}

/** A NodeProto in a GraphProto. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Record<string, Attribute> = {},
  domain = '',
): Uint8Array {
  return writeField(1, [
    ...inputs.map((name) => writeField(1, name)),
    ...outputs.map((name) => writeField(2, name)),
    writeField(3, `${op}:${outputs[0]}`),
    writeField(4, op),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ...(domain ? [writeField(7, domain)] : []),
  ]);
}

function port(field: number, name: string, dtype: number, dims: readonly (number | string)[]): Uint8Array {
  const shape = dims.map((dim) =>
    writeField(1, [typeof dim === 'number' ? writeField(1, dim) : writeField(2, dim)]),
  );
  const type = writeField(1, [writeField(1, dtype), writeField(2, shape)]);
  return writeField(field, [writeField(1, name), writeField(2, [type])]);
}

/** A graph input; `dtype` 1 are floats, 7 integers of 64 bits, 9 booleans, 10 half floats. */
export const input = (name: string, dims: readonly (number | string)[], dtype = 1) =>
  port(11, name, dtype, dims);

/** A graph output; of floats where its lengths are given. */
export const output = (name: string, dims?: readonly (number | string)[]) =>
  dims ? port(12, name, 1, dims) : writeField(12, [writeField(1, name)]);

/** A weight of floats, or of integers when `dtype` is 7; zeros without `values`. */
export function weight(
  name: string,
  dims: readonly number[],
  values?: readonly number[],
  dtype = 1,
): Uint8Array {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const numbers = values ?? Array<number>(count).fill(0);
  const data = dtype === 7 ? BigInt64Array.from(numbers, BigInt) : Float32Array.from(numbers);
  return writeField(5, [
    ...dims.map((dim) => writeField(1, dim)),
    writeField(2, dtype),
    writeField(8, name),
    writeField(9, new Uint8Array(data.buffer)),
  ]);
}

/** A ModelProto with one graph. */
export function model(parts: readonly Uint8Array[], opset = 17): Uint8Array<ArrayBuffer> {
  const graph = writeField(7, [...parts]);
  return joinBytes([
    writeField(1, 8),
    graph,
    writeField(8, [writeField(1, ''), writeField(2, opset)]),
    writeField(8, [writeField(1, 'com.microsoft'), writeField(2, 1)]),
  ]);
}
