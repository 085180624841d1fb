import type { Port } from '../file/port';
import { FLOAT } from '../file/weight';
import { writeField } from '../file/wire';

/** Where bytes of a weight lie, or the bytes themselves. */
export type Place = { file: string; offset: number; length: number } | Uint8Array;

/** A TensorProto whose bytes lie in a file beside the model, or in it. */
export function writeTensor(name: string, dtype: number, dims: readonly number[], place: Place): Uint8Array {
  const pairs =
    place instanceof Uint8Array
      ? []
      : Object.entries({ location: place.file, offset: `${place.offset}`, length: `${place.length}` });
  return writeField(5, [
    ...dims.map((dim) => writeField(1, dim)),
    writeField(2, dtype),
    writeField(8, name),
    ...(place instanceof Uint8Array ? [writeField(9, place)] : []),
    ...pairs.map(([key, value]) => writeField(13, [writeField(1, key), writeField(2, value)])),
    ...(pairs.length > 0 ? [writeField(14, 1)] : []),
  ]);
}

/** A node that makes 32-bit floats of a stored weight. */
export function writeCast(from: string, to: string): Uint8Array {
  const INT = 2;
  const attribute = [writeField(1, 'to'), writeField(3, FLOAT), writeField(20, INT)];
  return writeField(1, [
    writeField(1, from),
    writeField(2, to),
    writeField(4, 'Cast'),
    writeField(5, attribute),
  ]);
}

/** A graph output as a ValueInfoProto, its free axes of the lengths that are known. */
export function writeOutput({ name, dtype, dims }: Port, sizes: ReadonlyMap<string, number>): Uint8Array {
  const axis = (dim: number | string | null) => {
    const known = typeof dim === 'string' ? (sizes.get(dim) ?? dim) : dim;
    if (known === null) return [];
    return [typeof known === 'number' ? writeField(1, known) : writeField(2, known)];
  };
  const shape = dims
    ? [
        writeField(
          2,
          dims.map((dim) => writeField(1, axis(dim))),
        ),
      ]
    : [];
  return writeField(12, [
    writeField(1, name),
    writeField(2, [writeField(1, [writeField(1, dtype), ...shape])]),
  ]);
}
