import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assets } from '../../src/architectures/adapter';
import { readManifest } from '../../src/architectures/manifest';
import { loadTokenizer } from '../../src/inputs/tokenizer';

/** A file of a model that ships. */
const zooFile = (id: string, name: string) =>
  readFileSync(join(import.meta.dirname, '../../models/zoo', id, name));

const json = (id: string, name: string) => JSON.parse(zooFile(id, name).toString()) as unknown;

export const zooManifest = (id: string) => readManifest(json(id, 'manifest.json'));

/** What an adapter is given for a model that ships. */
export async function zooAssets(id: string): Promise<Assets> {
  const { words } = json(id, 'lexicon.json') as { words: string[] };
  return {
    manifest: zooManifest(id),
    tokenizer: await loadTokenizer(json(id, 'tokenizer.json')),
    lexicon: new Set(words),
  };
}
