import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Bytes of a file in `tests/oracle`. */
export const oracleBytes = (name: string) =>
  new Uint8Array(readFileSync(resolve(import.meta.dirname, '../oracle', name)));

/** The 8-bit tensors and the metadata of a safetensors file in `tests/oracle`. */
export function oracleImages(name: string) {
  const bytes = oracleBytes(name);
  const size = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const { __metadata__: metadata, ...entries } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + size)),
  ) as Record<string, { shape: number[]; data_offsets: [number, number] }> & {
    __metadata__: Record<string, string>;
  };
  const tensor = (key: string) => {
    const [from, to] = entries[key].data_offsets;
    return { shape: entries[key].shape, data: bytes.slice(8 + size + from, 8 + size + to) };
  };
  return { metadata, tensor };
}
