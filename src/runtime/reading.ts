import { listExternal } from '../onnx/external';
import { readModel } from '../onnx/reader';
import { readHashed } from './hashing';
import type { Tell } from './model';

/** JSON files that say something of a model. */
const helpers = ['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json', 'config.json'];

/** Most bytes of weights: WebAssembly addresses 4 GiB, and the runtime holds weights twice while it prepares a model. */
const largest = 2 ** 31;

/** A file and its sha256. */
export interface Hashed {
  file: File;
  sha256: string;
}

/** A model file in memory, and the paths by which it names files of its weights. */
export interface ReadFile extends Hashed {
  bytes: Uint8Array<ArrayBuffer>;
  external: string[];
}

/** The files of one model. */
export interface ReadFiles {
  models: ReadFile[];
  /** By path. */
  weights: Map<string, Hashed>;
  /** Parsed. */
  json: Record<string, Record<string, unknown>>;
  /** Names of those that no model needs. */
  ignored: string[];
  /** Bytes of models and weights. */
  total: number;
}

/**
 * Reads dropped files, such as those of a folder, and hashes the models among them with their weights.
 * @throws Error of one sentence when no model is among them, weights are missing, or they are more than a page can hold
 */
export async function readFiles(
  files: readonly File[],
  tell: Tell,
  signal?: AbortSignal,
): Promise<ReadFiles> {
  const onnx = files.filter(({ name }) => /\.onnx$/i.test(name));
  if (onnx.length === 0)
    throw new Error(
      `Expected a model.onnx among the files, got ${files.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  let total = sizeOf(onnx);
  refuseLarge(total);
  let before = 0;
  const hash = async (file: File, into: Uint8Array | null): Promise<Hashed> => {
    const sha256 = await readHashed(
      file,
      into,
      (read) => tell({ step: 'read', loaded: before + read, total }),
      signal,
    );
    before += file.size;
    return { file, sha256 };
  };
  const models: ReadFile[] = [];
  for (const file of onnx) {
    const bytes = allocate(file);
    const hashed = await hash(file, bytes);
    const external = named(file.name, () => [...listExternal(bytes, readModel(bytes)).keys()]);
    models.push({ ...hashed, bytes, external });
  }
  const needed = findWeights(models, files);
  total += sizeOf([...needed.values()]);
  refuseLarge(total);
  const weights = new Map<string, Hashed>();
  for (const [path, file] of needed) weights.set(path, await hash(file, null));
  const json = files.filter(({ name }) => helpers.includes(name));
  const used = new Set<File>([...onnx, ...needed.values(), ...json]);
  const ignored = files.filter((file) => !used.has(file)).map(({ name }) => name);
  return { models, weights, json: await readJson(json), ignored, total };
}

const sizeOf = (files: readonly File[]) => files.reduce((sum, { size }) => sum + size, 0);

/** The files that models name, by path; a dropped file has no folder, so its name decides. */
function findWeights(models: readonly ReadFile[], files: readonly File[]): Map<string, File> {
  const found = new Map<string, File>();
  for (const { file, external } of models)
    for (const path of external) {
      const weights = files.find(({ name }) => name === path.split('/').at(-1));
      if (!weights)
        throw new Error(
          `${file.name} keeps its weights in ${path}, which did not come along: drop both together.`,
        );
      found.set(path, weights);
    }
  return found;
}

function refuseLarge(total: number): void {
  if (total <= largest) return;
  const size = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  throw new Error(
    `The model has ${size(total)} of weights and would need about ${size(2 * total)} of memory: a page can have 4 GiB.`,
  );
}

function allocate(file: File): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(file.size);
  } catch {
    const megabytes = Math.round(file.size / 1e6).toLocaleString('en');
    throw new Error(`${file.name} has ${megabytes} MB, more memory than this device gives to a page.`);
  }
}

async function readJson(files: readonly File[]): Promise<ReadFiles['json']> {
  const found: ReadFiles['json'] = {};
  for (const file of files) {
    const value = (await file
      .text()
      .then(JSON.parse)
      .catch(() => null)) as unknown;
    if (typeof value !== 'object' || value === null)
      throw new Error(`${file.name} is no JSON: it was cut short or is something else.`);
    found[file.name] = value as Record<string, unknown>;
  }
  return found;
}

/** Runs `read`; an error about bytes says of which file. */
export function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
