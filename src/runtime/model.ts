import type { Adapter, Assets } from '../architectures/adapter';
import { readManifest, type Manifest } from '../architectures/manifest';
import { loadAdapter } from '../architectures/registry';
import type { Sight } from '../architectures/sight';
import { loadTokenizer } from '../inputs/tokenizer';
import { typedIds } from '../inputs/typed';
import type { Files } from './cache';
import { downloadJson, type Fetch, type Stored } from './download';
import type { Progress } from './protocol';
import type { Beside } from './session';

export type Tell = (progress: Progress) => void;

/** All of a model that reading a caption needs: a few kilobytes, no weights. */
export interface Card extends Assets {
  /** Address of the manifest's folder, with a slash at its end. */
  address: string;
  adapter: Adapter;
}

/** The large files of a model. */
export interface Weights {
  /** ONNX files by role. */
  graphs: Map<string, Uint8Array<ArrayBuffer>>;
  reference: Uint8Array<ArrayBuffer> | null;
  /** Files beside the ONNX files that hold weights of them, by role. */
  external: Map<string, Beside[]>;
  /** What the backbone makes of the stored picture, for models that read pictures through it. */
  sight?: Sight;
}

/** What files belong together, and where. */
interface Folder {
  address: string;
  manifest: Pick<Manifest, 'id' | 'graphs' | 'files' | 'reference'>;
}

/**
 * Reads a model's manifest and the small files that it names.
 * @throws Error of one sentence when one is missing, changed or not what the manifest says
 */
export async function loadCard(address: string, files: Files, fetcher: Fetch): Promise<Card> {
  const manifest = readManifest(
    await downloadJson('manifest.json', new URL('manifest.json', address).href, fetcher),
  );
  const json = async (name: string) =>
    JSON.parse(new TextDecoder().decode(await files(fileOf(manifest, address, name)))) as unknown;
  const [adapter, tokenizer, lexicon] = await Promise.all([
    loadAdapter(manifest),
    manifest.text.tokenizer ? json(manifest.text.tokenizer).then(loadTokenizer) : typedIds,
    manifest.lexicon ? json(manifest.lexicon).then(readLexicon) : null,
  ]);
  return { address, manifest, adapter, tokenizer, lexicon };
}

/** Fetches a model's graphs and reference, telling of bytes. @throws Error of one sentence, as `download` */
export async function loadWeights({ manifest, address }: Folder, files: Files, tell: Tell): Promise<Weights> {
  const roles = Object.keys(manifest.graphs);
  const wanted = roles.map((role): Stored => {
    const { file, sha256, bytes } = manifest.graphs[role];
    return { name: file, url: new URL(file, address).href, sha256, bytes };
  });
  const beside = roles.flatMap((role) =>
    (manifest.graphs[role].external ?? []).map((path) => ({ role, path })),
  );
  wanted.push(...beside.map(({ path }) => fileOf(manifest, address, path)));
  if (manifest.reference) wanted.push(fileOf(manifest, address, manifest.reference.file));
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const loaded = wanted.map(() => 0);
  const got = await Promise.all(
    wanted.map((file, index) =>
      files(
        file,
        (count) => {
          loaded[index] = count;
          tell({ step: 'download', loaded: loaded.reduce((sum, part) => sum + part, 0), total });
        },
        index >= roles.length && index < roles.length + beside.length,
      ),
    ),
  );
  return {
    graphs: new Map(roles.map((role, index) => [role, got[index]])),
    external: new Map(
      roles.map((role) => [
        role,
        beside.flatMap((item, i) =>
          item.role === role ? [{ path: item.path, data: got[roles.length + i] }] : [],
        ),
      ]),
    ),
    reference: got[roles.length + beside.length] ?? null,
  };
}

function fileOf({ id, files }: Folder['manifest'], address: string, name: string): Stored {
  const stored = files[name];
  if (!stored)
    throw new Error(
      `${id}: expected ${name} among the manifest's files, got ${Object.keys(files).join(', ')}`,
    );
  return { name, url: new URL(name, address).href, ...stored };
}

function readLexicon(json: unknown): ReadonlySet<string> {
  const words = typeof json === 'object' && json !== null && 'words' in json ? json.words : null;
  if (!Array.isArray(words)) throw new Error('lexicon.json: expected a list of words, got none');
  return new Set(words.map(String));
}
