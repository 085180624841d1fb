import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = join(import.meta.dirname, '../oracle/kinds');

/** A tiny model of a further architecture, or one as a public tool treats it: `models/vlpm_export/kinds_oracle.py` makes them. */
export const readKind = (name: string) =>
  new Uint8Array(gunzipSync(readFileSync(join(folder, `${name}.onnx.gz`))));

/** What PyTorch says of it. */
export const readOracle = (name: string) => readFileSync(join(folder, `${name}.safetensors`));
