import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readRecipes } from '../../../src/architectures/published/recipe';
import { message } from '../../../src/onnx/file/graph';
import { readModel } from '../../../src/onnx/file/reader';
import { readWeight } from '../../../src/onnx/file/weight';
import { joinBytes, readFields, writeField, type Field } from '../../../src/onnx/file/wire';

const recipesFolder = join(import.meta.dirname, '../../../models/recipes');

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

/** The same model as one file with its weights inside, made once. */
export function makeInside(name: string): string {
  const folder = join(tmpdir(), `vlpm-bench-${name}-inside`);
  const file = join(folder, 'model.onnx');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { graph } = readRecipe(name);
  const weights = new Map(
    [...readModel(graph).weights.values()]
      .filter(({ external }) => external)
      .map((weight) => [weight.name, weight]),
  );
  const parts = [...readFields(graph, 0, graph.length)].map((field) => {
    if (field.number !== 7) return copyField(graph, field);
    const inner = [...readFields(graph, field.start, field.end)].map((part) => {
      const weight = part.number === 5 && weights.get(readWeight(graph, message(part)).name);
      return weight ? writeInside(weight) : copyField(graph, part);
    });
    return writeField(7, inner);
  });
  writeFileSync(`${file}.part`, joinBytes(parts));
  renameSync(`${file}.part`, file);
  return file;
}

function writeInside({ name, dims }: { name: string; dims: readonly number[] }): Uint8Array {
  const bytes = 4 * dims.reduce((product, dim) => product * dim, 1);
  const data = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += block.byteLength)
    data.set(new Uint8Array(block.buffer, 0, Math.min(block.byteLength, bytes - at)), at);
  return writeField(5, [
    ...dims.map((dim) => writeField(1, dim)),
    writeField(2, 1),
    writeField(8, name),
    writeField(9, data),
  ]);
}

const copyField = (bytes: Uint8Array, { number, wire, value, start, end }: Field) =>
  writeField(number, wire === 0 ? value : bytes.subarray(start, end));

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

/** Paths of the files of a folder. */
export const filesIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

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
