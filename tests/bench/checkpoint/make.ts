import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readRecipes } from '../../../src/architectures/published/recipe';
import { readModel } from '../../../src/onnx/file/reader';

export const recipesFolder = join(import.meta.dirname, '../../../models/recipes');

/** Numbers that weights are cut from. */
const block = Float32Array.from(
  { length: 1 << 20 },
  (_, i) => (((i * 2654435761) >>> 16) / 65536 - 0.5) / 30,
);

/** The graph of a recipe that ships, and what is said of it. */
export function readRecipe(name: string) {
  const recipes = readRecipes(JSON.parse(readFileSync(join(recipesFolder, 'index.json'), 'utf8')));
  const graph = new Uint8Array(gunzipSync(readFileSync(join(recipesFolder, `${name}.onnx.gz`))));
  return { recipe: recipes[name], graph };
}

/** The tensors that a recipe reads, one after another as in a safetensors file. */
function layOut(graph: Uint8Array): { header: Buffer; bytes: number } {
  const tensors: Record<string, unknown> = {};
  let at = 0;
  for (const { name, dims, external } of readModel(graph).weights.values()) {
    if (!external) continue;
    const length = 4 * dims.reduce((product, dim) => product * dim, 1);
    tensors[name] = { dtype: 'F32', shape: dims, data_offsets: [at, (at += length)] };
  }
  const text = JSON.stringify(tensors);
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  return { header, bytes: at };
}

/** A folder as the Hub has it for a recipe at its published size, made once: config.json, vocab.txt and model.safetensors. */
export function makeCheckpoint(name: string): { folder: string; bytes: number } {
  const { recipe, graph } = readRecipe(name);
  const folder = join(tmpdir(), `vlpm-bench-${name}`);
  const { header, bytes } = layOut(graph);
  const file = join(folder, 'model.safetensors');
  if (existsSync(file)) return { folder, bytes };
  mkdirSync(folder, { recursive: true });
  const config: Record<string, unknown> = { model_type: recipe.type, architectures: recipe.architectures };
  for (const { key, value } of recipe.fits) {
    const parts = key.split('.');
    const inner = parts.slice(0, -1).reduce((place, part) => (place[part] ??= {}) as typeof config, config);
    inner[parts.at(-1)!] = value;
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'red', 'dog', 'beside', 'trees'];
  writeFileSync(join(folder, 'vocab.txt'), `${pieces.join('\n')}\n`);
  const out = openSync(`${file}.part`, 'w');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeSync(out, length);
  writeSync(out, header);
  for (let left = bytes; left > 0; left -= block.byteLength)
    writeSync(out, new Uint8Array(block.buffer, 0, Math.min(left, block.byteLength)));
  closeSync(out);
  renameSync(`${file}.part`, file);
  return { folder, bytes };
}
