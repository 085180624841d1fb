import { headerLength, readHeader } from './header';
import { readPart, type TensorIndex } from './tensors';
import { indexTorch } from './torch';

/** The weights of a model as they lie: where each tensor is, and the files that hold them. */
export interface Checkpoint {
  index: TensorIndex;
  files: File[];
}

/** Indexes a safetensors file by its header alone. @throws Error of one sentence when it is none, or is damaged */
export async function indexSafetensors(file: File): Promise<TensorIndex> {
  try {
    const length = headerLength(await readPart(file, 0, Math.min(8, file.size)), file.size);
    const text = new TextDecoder().decode(await readPart(file, 8, length));
    const { entries } = readHeader(text, file.size - 8 - length);
    return new Map(
      entries.map(({ name, dtype, dims, start, end }) => [
        name,
        { dtype, dims, file: file.name, offset: 8 + length + start, length: end - start },
      ]),
    );
  } catch (error) {
    throw new Error(`${file.name}: ${(error as Error).message}`);
  }
}

/** Names that `save_pretrained` gives files of weights, the safer ones first. */
const canonical = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];
const holdsWeights = /\.(safetensors|bin|pth?)$/i;
/** What is no weights beside them: what a trainer leaves, an adapter, a reference of ours. */
const others = /^(training_args|optimizer|scheduler|rng_state.*|adapter_model|reference)\./i;

/** Whether a file of this name may hold weights of a checkpoint. */
export const isWeights = (name: string) => holdsWeights.test(name) && !others.test(name);

/**
 * Finds the weights among the files of a folder, and says where each tensor lies. One that stands in several formats is read in the first of
 * `canonical`.
 * @throws Error of one sentence when there are none, shards are missing, or what lies there is something else
 */
export async function indexCheckpoint(files: readonly File[]): Promise<Checkpoint> {
  const named = new Map(files.map((file) => [file.name, file]));
  const known = canonical.find((name) => named.has(name));
  if (known?.endsWith('.json')) return indexShards(named.get(known)!, named);
  const rest = known ? [named.get(known)!] : files.filter(({ name }) => isWeights(name));
  if (rest.length !== 1) throw new Error(refusal(files, rest));
  return { index: await indexFile(rest[0]), files: rest };
}

function refusal(files: readonly File[], weights: readonly File[]): string {
  const names = files.map(({ name }) => name);
  if (weights.length > 1)
    return `Expected one file of weights, got ${weights.map(({ name }) => name).join(', ')}: drop one of them, or their index with them.`;
  if (names.some((name) => name.startsWith('adapter_')))
    return 'This is an adapter (LoRA), which changes another model’s weights: merge it into that model with merge_and_unload() and save the result.';
  const gguf = names.find((name) => name.endsWith('.gguf'));
  if (gguf)
    return `${gguf} is a GGUF, in which weights are quantised for other programs: take the repository that it was made from.`;
  return `Expected model.safetensors or pytorch_model.bin beside config.json, got ${names.join(', ')}.`;
}

async function indexFile(file: File): Promise<TensorIndex> {
  const head = new TextDecoder().decode(await readPart(file, 0, Math.min(64, file.size)));
  if (head.startsWith('version https://git-lfs'))
    throw new Error(
      `${file.name} is a Git LFS pointer, not the weights themselves: fetch them with "git lfs pull".`,
    );
  if (/^\s*<(!doctype|html)/i.test(head))
    throw new Error(`${file.name} is a web page, not a file of weights.`);
  if (head.startsWith('GGUF'))
    throw new Error(`${file.name} is a GGUF, in which weights are quantised for other programs.`);
  return /\.safetensors$/i.test(file.name) ? indexSafetensors(file) : indexTorch(file);
}

/** Weights in several files, by the index that says which tensor lies in which. */
async function indexShards(list: File, named: ReadonlyMap<string, File>): Promise<Checkpoint> {
  const json = (await list
    .text()
    .then(JSON.parse)
    .catch(() => null)) as { weight_map?: unknown } | null;
  const map = json?.weight_map;
  if (typeof map !== 'object' || map === null)
    throw new Error(`${list.name}: expected a weight_map of tensors and files, got none.`);
  const wanted = new Set(Object.values(map).map(String));
  const missing = [...wanted].filter((name) => !named.has(name));
  if (missing.length > 0)
    throw new Error(
      `${missing.length} of ${wanted.size} files of weights did not come along: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}.`,
    );
  const files = [...wanted].map((name) => named.get(name)!);
  const index: TensorIndex = new Map();
  const indices = await Promise.all(files.map(indexFile));
  for (const [name, shard] of Object.entries(map as Record<string, string>)) {
    const located = indices[files.findIndex((file) => file.name === shard)].get(name);
    if (!located) throw new Error(`${shard} does not hold ${name}, which ${list.name} says lies there.`);
    index.set(name, located);
  }
  return { index, files };
}
