import type { Graph } from './graph';
import { itself } from './sketch';
import type { Weight } from './weight';
import { readFields, readText } from './wire';

/** Where a weight lies outside of the model file. `length` is null when the file does not say: up to its end, or as long as its shape. */
export interface External {
  weight: string;
  offset: number;
  length: number | null;
}

/**
 * The files beside the model that hold weights of it, by path relative to its folder, with "/" between parts; a sketch's own file is none.
 * @throws Error with one sentence when an entry is malformed or its path leaves the folder of the model
 */
export function listExternal(bytes: Uint8Array, graph: Graph): Map<string, External[]> {
  const files = new Map<string, External[]>();
  for (const weight of graph.weights.values()) {
    if (!weight.external) continue;
    const entries = readEntries(bytes, weight);
    const path = checkPath(weight.name, entries.get('location'));
    if (path === itself) continue;
    const item = {
      weight: weight.name,
      offset: count(weight.name, 'offset', entries.get('offset')) ?? 0,
      length: count(weight.name, 'length', entries.get('length')),
    };
    const list = files.get(path);
    if (list) list.push(item);
    else files.set(path, [item]);
  }
  return files;
}

/** Key and value of each StringStringEntryProto in `external_data`. */
function readEntries(bytes: Uint8Array, weight: Weight): Map<string, string> {
  const entries = new Map<string, string>();
  for (const field of readFields(bytes, weight.start, weight.end)) {
    if (field.number !== 13) continue;
    let key = '';
    let value = '';
    for (const part of readFields(bytes, field.start, field.end)) {
      if (part.number === 1) key = readText(bytes, part);
      if (part.number === 2) value = readText(bytes, part);
    }
    entries.set(key, value);
  }
  return entries;
}

/** Refuses what no folder below the model's could hold: absolute paths, drives, addresses, "..", backslashes, control characters. */
function checkPath(weight: string, path: string | undefined): string {
  if (!path)
    throw new Error(`The weight ${JSON.stringify(weight)} lies in another file, but in none that is named.`);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const strange = [...path].some((letter) => letter < ' ' || letter === '\\' || letter === ':');
  if (strange || path.startsWith('/') || parts.length === 0 || parts.includes('..')) {
    throw new Error(
      `The weight ${JSON.stringify(weight)} points to ${JSON.stringify(path)}, outside the folder of the model.`,
    );
  }
  return parts.join('/');
}

function count(weight: string, key: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new Error(
    `The weight ${JSON.stringify(weight)} has the ${key} ${JSON.stringify(text)}: expected a number of bytes.`,
  );
}
