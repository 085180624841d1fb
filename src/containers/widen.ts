import { readPart, type Located, type TensorIndex } from './tensors';

/** Name of the file that widened tensors lie in. */
const widened = 'bfloat16 as 32 bits';

/**
 * Writes the bfloat16 tensors of a checkpoint as 32-bit floats, exactly: the bits of one are the upper half of the other. Not every build of
 * onnxruntime-web 1.30 knows the type. One tensor is in memory at a time; the browser keeps the result where it keeps files.
 * @param files of the checkpoint
 * @returns an index in which they lie in one more file; the same index and null where there are none
 */
export async function widenBrains(
  index: TensorIndex,
  files: readonly File[],
): Promise<{ index: TensorIndex; file: File | null }> {
  const places = new Map<string, Located>();
  const parts: Blob[] = [];
  let at = 0;
  const found: TensorIndex = new Map();
  for (const [name, tensor] of index) {
    if (tensor.dtype !== 'BF16') {
      found.set(name, tensor);
      continue;
    }
    const key = `${tensor.file} ${tensor.offset}`; // tied weights are written once
    let place = places.get(key);
    if (!place) {
      const file = files.find((one) => one.name === tensor.file)!;
      parts.push(new Blob([widen(await readPart(file, tensor.offset, tensor.length))]));
      place = { ...tensor, dtype: 'F32', file: widened, offset: at, length: 2 * tensor.length };
      places.set(key, place);
      at += place.length;
    }
    found.set(name, { ...place, dims: tensor.dims });
  }
  return at === 0 ? { index, file: null } : { index: found, file: new File(parts, widened) };
}

function widen({ buffer, byteLength }: Uint8Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const bits = new Uint16Array(buffer, 0, byteLength / 2);
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i] << 16;
  return wide;
}
