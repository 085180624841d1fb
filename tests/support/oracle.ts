import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Bytes of a file in `tests/oracle`. */
export const oracleBytes = (name: string) =>
  new Uint8Array(readFileSync(resolve(import.meta.dirname, '../oracle', name)));
