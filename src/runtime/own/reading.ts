import { referenceName } from '../../architectures/found/build';
import { listExternal, type External } from '../../onnx/file/external';
import { planLoading } from '../../onnx/file/loading';
import { readModel } from '../../onnx/file/reader';
import { sketchModel } from '../../onnx/file/sketch';
import { parse } from './checkpoint';
import { declaration } from './declaration';
import { readsAtOnce } from './filebytes';
import { readHashed } from './hashing';
import type { Tell } from '../model';

/** JSON files that say something of a model. */
const helpers = [
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'generation_config.json',
  'config.json',
  'vocab.json',
  declaration,
];

/** A file and the name of its content. */
export interface Hashed {
  file: File;
  sha256: string;
  /** All of it, where it was read anyway and is to be opened next. */
  bytes?: Uint8Array<ArrayBuffer>;
}

/** Bytes of weights up to which they stay in memory between reading and opening. */
const light = 2 ** 30;

/** A model file without its weights, and the paths by which it names files of them. */
export interface ReadFile extends Hashed {
  sketch: Uint8Array<ArrayBuffer>;
  external: string[];
}

/** The files of one model. */
export interface ReadFiles {
  models: ReadFile[];
  /** By path. */
  weights: Map<string, Hashed>;
  /** Parsed. */
  json: Record<string, Record<string, unknown>>;
  /** What PyTorch says of one input, where it came along. */
  reference: File | null;
  /** Names of those that no model needs. */
  ignored: string[];
  /** Bytes of models and weights. */
  total: number;
}

/**
 * Reads dropped files, such as those of a folder, and hashes the models among them with their weights, which stay on the disk.
 * @param known sha256 by name of files that were hashed when they came
 * @throws Error of one sentence when no model is among them, weights are missing, or they are more than the device can hold
 */
export async function readFiles(
  files: readonly File[],
  tell: Tell,
  signal?: AbortSignal,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<ReadFiles> {
  const onnx = files.filter(({ name }) => /\.onnx$/i.test(name));
  if (onnx.length === 0)
    throw new Error(
      `Expected a model.onnx, or a config.json with its weights, among the files, got ${files.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  const sketched = [];
  for (const file of onnx) {
    const { bytes } = await named(file.name, () => sketchModel(file));
    const external = await named(file.name, () => listExternal(bytes, readModel(bytes)));
    sketched.push({ file, sketch: bytes, external });
  }
  const needed = findWeights(sketched, files);
  refuse(onnx, sketched, needed);
  const total = sizeOf([...onnx, ...needed.values()]);
  let before = 0;
  const hash = async (file: File, stays = false): Promise<Hashed> => {
    const progress = (read: number) => tell({ step: 'read', loaded: before + read, total });
    const here = known.get(file.name);
    const bytes = stays && !here ? new Uint8Array(file.size) : undefined;
    const sha256 = here ?? (await readHashed(file, progress, signal, bytes));
    before += file.size;
    return { file, sha256, bytes };
  };
  const models: ReadFile[] = [];
  for (const { file, sketch, external } of sketched)
    models.push({ ...(await hash(file)), sketch, external: [...external.keys()] });
  const weights = new Map<string, Hashed>();
  for (const [path, file] of needed) weights.set(path, await hash(file, readsAtOnce && total <= light));
  const json = files.filter(({ name }) => helpers.includes(name));
  const reference = files.find(({ name }) => name === referenceName) ?? null;
  const used = new Set<File | null>([...onnx, ...needed.values(), ...json, reference]);
  const ignored = files.filter((file) => !used.has(file)).map(({ name }) => name);
  return { models, weights, json: await readJson(json), reference, ignored, total };
}

const sizeOf = (files: readonly File[]) => files.reduce((sum, { size }) => sum + size, 0);

interface Sketched {
  file: File;
  external: Map<string, External[]>;
}

/** The files that models name, by path; a dropped file has no folder, so its name decides. */
function findWeights(models: readonly Sketched[], files: readonly File[]): Map<string, File> {
  const found = new Map<string, File>();
  for (const { file, external } of models)
    for (const path of external.keys()) {
      const weights = files.find(({ name }) => name === path.split('/').at(-1));
      if (!weights)
        throw new Error(
          `${file.name} keeps its weights in ${path}, which did not come along: drop both together.`,
        );
      found.set(path, weights);
    }
  return found;
}

/** @throws Error of one sentence when the models, which are opened together, are more than the device can hold */
function refuse(files: readonly File[], models: readonly Sketched[], needed: Map<string, File>): void {
  const external = new Map(models.flatMap((model) => [...model.external]));
  const given = new Map([...needed].map(([path, { size }]) => [path, size]));
  const { obstacle } = planLoading(sizeOf(files), external, given, memory());
  if (obstacle) throw new Error(obstacle);
}

/** Bytes of memory that the browser says the device has; some say none, and 8 GiB may stand for more. */
function memory(): number {
  const { deviceMemory = 8 } = (globalThis.navigator ?? {}) as { deviceMemory?: number };
  return deviceMemory < 8 ? deviceMemory * 2 ** 30 : Infinity;
}

async function readJson(files: readonly File[]): Promise<ReadFiles['json']> {
  const found: ReadFiles['json'] = {};
  for (const file of files) found[file.name] = await parse(file);
  return found;
}

/** Runs `read`; an error about bytes says of which file. */
export async function named<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
