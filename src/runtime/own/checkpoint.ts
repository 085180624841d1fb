import { indexCheckpoint, isWeights } from '../../containers/checkpoint';
import { readPart, type Located } from '../../containers/tensors';
import { widenBrains } from '../../containers/widen';
import { publish, type Published } from '../../architectures/published/published';
import { readRecipes, recipesFor, type Recipes } from '../../architectures/published/recipe';
import { referenceName } from '../../architectures/found/build';
import { tokenizerOf } from '../../inputs/vocabulary';
import { bindGraph, type Bound } from '../../onnx/bind/bind';
import { downloadJson, type Fetch } from '../download';

type Json = Record<string, unknown>;

/** A published checkpoint as files that make a model. */
export interface Checkpoint {
  /** The graph, which names the checkpoint's files as those of its weights. */
  graph: File;
  published: Published;
  /** JSON files that the model needs and that the folder has not, or has in an older form; by name. */
  json: Record<string, Json>;
  /** Weights that had to be written anew. */
  widened: File | null;
  /** Names of files that were of use. */
  used: string[];
}

const jsonNames = [
  'config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.json',
];

/** Whether some files are a checkpoint and no exported model: a configuration, weights, and no graph. */
export function isCheckpoint(files: readonly File[]): boolean {
  const names = files.map(({ name }) => name);
  const graph = names.some((name) => /\.onnx$/i.test(name));
  return !graph && (names.includes('config.json') || names.some(isWeights));
}

/**
 * Binds the weights of a folder to the graph of its family and head.
 * @param base address that `recipes/` lies at
 * @throws Error of one sentence when the family is not known, or the weights are damaged, missing or of another model
 */
export async function bindCheckpoint(
  files: readonly File[],
  base: string,
  fetcher: Fetch,
): Promise<Checkpoint> {
  const json = await jsonOf(files);
  const config = json['config.json'];
  if (!config)
    throw new Error(`Expected the config.json of the model beside its weights, got ${namesOf(files)}.`);
  const at = (path: string) => new URL(`recipes/${path}`, base).href;
  const recipes = readRecipes(await downloadJson('recipes/index.json', at('index.json'), fetcher));
  const fitting = recipesFor(config, recipes);
  const indexed = await indexCheckpoint(files);
  const { index, file: widened } = await widenBrains(indexed.index, indexed.files);
  const holders = new Map([...indexed.files, ...(widened ? [widened] : [])].map((file) => [file.name, file]));
  const read = ({ file, offset, length }: Located) => readPart(holders.get(file)!, offset, length);
  const bind = async (name: string) =>
    bindGraph(await fetchGraph(name, at(`${name}.onnx.gz`), fetcher), index, recipes[name], read);
  const [recipe, bound] = await firstThatBinds(fitting, bind);
  return { ...(await assemble(recipe, recipes, bound, json, files)), widened, used: usedBy(indexed.files) };
}

/** Names of files that a checkpoint is read from. */
const usedBy = (weights: readonly File[]) => [
  ...weights.map(({ name }) => name),
  ...jsonNames,
  'vocab.txt',
  'merges.txt',
  'model.safetensors.index.json',
  'pytorch_model.bin.index.json',
];

/** Tries recipes in their order. @throws what the first failed with, when all do */
async function firstThatBinds(
  names: readonly string[],
  bind: (name: string) => Promise<Bound>,
): Promise<[name: string, bound: Bound]> {
  let first: unknown = null;
  for (const name of names)
    try {
      return [name, await bind(name)];
    } catch (error) {
      first ??= error;
    }
  throw first;
}

async function assemble(
  recipe: string,
  recipes: Recipes,
  bound: Bound,
  json: Record<string, Json>,
  files: readonly File[],
): Promise<Pick<Checkpoint, 'graph' | 'published' | 'json'>> {
  const said = recipes[recipe];
  const preprocessor = { ...said.preprocessor, ...json['preprocessor_config.json'] };
  const tokenizer = json['tokenizer.json'] ?? (await olderTokenizer(files, json));
  const compared = files.some(({ name }) => name === referenceName);
  return {
    graph: new File([bound.bytes], `${recipe}.onnx`),
    published: publish(recipe, said, json['config.json'], preprocessor, bound, compared),
    json: {
      ...(tokenizer && { 'tokenizer.json': tokenizer }),
      ...(said.preprocessor && { 'preprocessor_config.json': preprocessor }),
    },
  };
}

/** The tokenizer.json that the files of old repositories make; null where they make none. */
export async function olderTokenizer(
  files: readonly File[],
  json: Readonly<Record<string, Json>>,
): Promise<Json | null> {
  const text = async (name: string) => files.find((file) => file.name === name)?.text();
  return tokenizerOf(
    { lines: await text('vocab.txt'), pieces: json['vocab.json'], merges: await text('merges.txt') },
    json['tokenizer_config.json'],
  );
}

/** Files that `olderTokenizer` reads. */
export const olderFiles = ['vocab.txt', 'vocab.json', 'merges.txt'];

async function fetchGraph(name: string, url: string, fetcher: Fetch): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetcher(url);
  if (!response.ok) throw new Error(`The graph ${name} is not at ${url} (status ${response.status}).`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // A server that declares the encoding has it inflated on the way.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

async function jsonOf(files: readonly File[]): Promise<Record<string, Json>> {
  const found: Record<string, Json> = {};
  for (const file of files) if (jsonNames.includes(file.name)) found[file.name] = await parse(file);
  return found;
}

/** @throws Error of one sentence when a file is no JSON object */
export async function parse(file: File): Promise<Json> {
  const value = (await file
    .text()
    .then(JSON.parse)
    .catch(() => null)) as unknown;
  if (typeof value !== 'object' || value === null)
    throw new Error(`${file.name} is no JSON: it was cut short or is something else.`);
  return value as Json;
}

const namesOf = (files: readonly File[]) => files.map(({ name }) => name).join(', ');
