/** Types of stored numbers, by the names that safetensors has for them, and bytes of each number. */
export const bytesOf = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type Dtype = keyof typeof bytesOf;

/** Where a tensor lies: little-endian, row-major, bytes `offset` to `offset + length - 1` of a file. Never a copy of it. */
export interface Located {
  dtype: Dtype;
  dims: readonly number[];
  /** Name of the file. */
  file: string;
  offset: number;
  length: number;
}

/** The tensors of a checkpoint by name. */
export type TensorIndex = Map<string, Located>;

/** Reads part of a file. @throws Error of one sentence when it lies beyond its end, or when the file cannot be read any more */
export async function readPart(file: File, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  if (offset < 0 || length < 0 || offset + length > file.size)
    throw new Error(
      `${file.name} ends early: it has ${file.size} bytes, and bytes up to ${offset + length} are needed.`,
    );
  const part = await file
    .slice(offset, offset + length)
    .arrayBuffer()
    .catch(() => {
      throw new Error(
        `${file.name} cannot be read any more: it was moved, changed or locked. Drop it again.`,
      );
    });
  return new Uint8Array(part);
}
