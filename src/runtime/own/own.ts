import { buildManifest, type GraphFiles, type StoredFile } from '../../architectures/found/build';
import { inspectModel, type Inspection } from '../../architectures/found/inspection';
import { joinOf, spare } from '../../architectures/found/join';
import { informed, type Interview } from '../../architectures/found/interview';
import type { Manifest } from '../../architectures/manifest';
import { propose, type Answers, type Proposal } from '../../architectures/found/proposal';
import { declaration } from './declaration';
import { declaredBy } from './declared';
import { bindCheckpoint, isCheckpoint, olderFiles, olderTokenizer } from './checkpoint';
import { makeFiles, type Files, type Shelf } from '../cache';
import type { Fetch } from '../download';
import { journalOf, nameOf, sourceOf } from './disk';
import { joinHashes, readHashed } from './hashing';
import { itself } from '../../onnx/file/sketch';
import { interview } from './interview';
import type { Tell } from '../model';
import type { Examined } from '../protocol';
import type { Told } from '../../onnx/find/streams';
import { OwnStore } from './store';
import type { Ort } from '../session';
import { named, readFiles, type ReadFiles } from './reading';

/** Bytes of several files from which on they are not opened together only to be asked. */
const heavy = 2 ** 29;

/** A model that was examined and waits for answers. */
interface Waiting {
  examined: Examined;
  graphs: Record<string, GraphFiles>;
  files: Record<string, StoredFile>;
  /** By sha256. */
  blobs: Map<string, Blob>;
  inspections: Inspection[];
  told: Told | undefined;
  models: ReadFiles['models'];
}

/** Models that the visitor brings, from dropped files to a manifest and files in the store. */
export class OwnModels {
  readonly #store: OwnStore;
  readonly #fetcher: Fetch;
  readonly #waiting = new Map<string, Waiting>();

  /** @param fetcher for graphs of published models, which lie beside the page */
  constructor(store: OwnStore, fetcher: Fetch) {
    this.#store = store;
    this.#fetcher = fetcher;
  }

  /**
   * Reads dropped files and says what model they are. JSON files of an earlier time stay with the model.
   * @param folder of the browser's file system where files lie that were fetched from the Hub; null for others
   * @throws Error of one sentence when they are none, are damaged, or one is missing
   */
  async examine(
    files: readonly File[],
    tell: Tell,
    signal?: AbortSignal,
    folder: string | null = null,
  ): Promise<Examined> {
    const journal = folder === null ? null : await journalOf(folder);
    const known = new Map<string, string>();
    for (const wanted of journal?.files ?? []) {
      const file = files.find(({ name, size }) => name === nameOf(wanted) && size === wanted.bytes);
      if (!file || !wanted.sha256) continue;
      this.#store.place(file, `${folder}/${file.name}`);
      known.set(file.name, wanted.sha256);
    }
    const checkpoint = isCheckpoint(files)
      ? await bindCheckpoint(files, this.#store.base, this.#fetcher)
      : null;
    const added = checkpoint ? [checkpoint.graph, ...(checkpoint.widened ? [checkpoint.widened] : [])] : [];
    const extra = spare(files.map(({ name }) => name));
    const needed = files.filter(({ name }) => !extra.has(name));
    const { json: said, ...read } = await readFiles([...added, ...needed], tell, signal, known);
    const { models, weights, total: bytes } = read;
    const older = checkpoint || said['tokenizer.json'] ? null : await olderTokenizer(files, said);
    const used = checkpoint?.used ?? (older ? olderFiles : []);
    const ignored = [...extra, ...read.ignored.filter((name) => !used.includes(name))];
    const id = joinHashes([...models, ...weights.values()].map(({ sha256 }) => sha256)).slice(0, 16);
    tell({ step: 'inspect', loaded: bytes, total: bytes });
    const before = await this.#store.recall(id);
    const companions = {
      ...(await this.#companions(before?.manifest)),
      ...Object.fromEntries(
        Object.entries(said).filter(([name]) => name !== declaration && name !== 'vocab.json'),
      ),
      ...(older && { 'tokenizer.json': older }),
      ...checkpoint?.json,
    };
    const inspections = models.map(({ file: { name, size }, sketch }) =>
      named(name, () => inspectModel(name, sketch, companions, size)),
    );
    const apart = await Promise.all(inspections);
    const join = joinOf(apart);
    const looked = apart.map((one, i) => {
      const { file, sketch } = models[i];
      return one === join?.decoder ? inspectModel(file.name, sketch, companions, file.size, join.told) : one;
    });
    const published = checkpoint?.published ?? declaredBy(said, read.reference !== null);
    const proposal = propose(looked, published);
    const source = journal && sourceOf(journal);
    const name =
      journal?.repo ??
      published?.title ??
      models.map(({ file }) => file.name.replace(/\.onnx$/i, '')).join(' + ');
    const examined = {
      id,
      name,
      bytes,
      proposal,
      answers: before?.answers ?? {},
      ignored,
      source,
      interview: null,
    };
    const warm = [...read.weights.values()].flatMap(({ sha256, bytes: all }) =>
      all ? [[sha256, all] as const] : [],
    );
    this.#store.warm(new Map(warm));
    const collected = await collect(proposal, read, companions);
    this.#waiting.set(id, { examined, ...collected, inspections: looked, told: join?.told, models });
    return examined;
  }

  /**
   * Asks an examined model about itself, or remembers what it said before; one that the page cannot feed is not asked, nor one of several files that are large.
   * Of several files the last is asked, with what the others make for it.
   * @throws Error of one sentence when it was not examined before, or is stopped
   */
  async interview(ort: Ort, id: string, tell: Tell, signal?: AbortSignal): Promise<Examined> {
    const waiting = this.#waiting.get(id);
    if (!waiting) throw new Error('These files were let go of: drop them again.');
    tell({ step: 'interview', loaded: 0, total: null });
    const said = (await this.#store.recallInterview(id)) ?? (await this.#ask(ort, waiting, signal));
    const { inspections } = waiting;
    const asked = waiting.examined.proposal.parts.at(-1)?.inspection;
    const proposal =
      typeof said === 'string'
        ? waiting.examined.proposal
        : propose(
            inspections.map((one) => (one === asked ? informed(one, said) : one)),
            null,
            said,
          );
    waiting.examined = { ...waiting.examined, proposal, interview: said };
    return waiting.examined;
  }

  async #ask(ort: Ort, waiting: Waiting, signal?: AbortSignal): Promise<Interview | string> {
    const { examined, graphs, files, blobs, models } = waiting;
    const { id, name, proposal } = examined;
    const { parts } = proposal;
    if (proposal.published) return 'A model whose makers are known is not asked.';
    if (parts.length > 1 && examined.bytes > heavy)
      return 'A model of several files that are more than 512 MiB together is not asked.';
    if (proposal.obstacles.length > 0) return 'A model that the page cannot feed is not asked.';
    try {
      const manifest = buildManifest(id, name, proposal, {}, graphs, files);
      const bytes = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
      const opened = parts.map(async ({ role, inspection }) => {
        const { sketch, file, external } = models.find(({ file }) => file.name === inspection.file)!;
        const beside = external.map(async (path) => ({
          path,
          data: await bytes(blobs.get(files[path].sha256)!),
        }));
        const own = { path: itself, data: await bytes(file) };
        return { role, sketch, beside: [own, ...(await Promise.all(beside))] };
      });
      const all = await Promise.all(opened);
      const vocabulary = Math.max(...parts.map(({ inspection }) => inspection.vocabulary));
      const before = all.slice(0, -1);
      const subject = { ...all.at(-1)!, before, told: waiting.told, manifest, vocabulary };
      const said = await interview(ort, subject, signal);
      await this.#store.keepInterview(id, said);
      return said;
    } catch (error) {
      signal?.throwIfAborted();
      return `It could not be asked: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /**
   * Makes an examined model one that can be opened, under its answers; it is kept for the next visit by `store`.
   * @throws Error of one sentence when it was not examined before, or cannot be opened
   */
  keep(id: string, answers: Answers): Manifest {
    const waiting = this.#waiting.get(id);
    if (!waiting) throw new Error('These files were let go of: drop them again.');
    const { examined, graphs, files, blobs } = waiting;
    const { name, proposal } = examined;
    if (proposal.obstacles.length > 0) throw new Error(proposal.obstacles[0]);
    const manifest = buildManifest(id, name, proposal, answers, graphs, files);
    this.#store.put({ manifest, answers }, blobs);
    this.#waiting.delete(id);
    return manifest;
  }

  /** Writes a model that was made one to the browser's disk. @returns whether it will be there at the next visit */
  store(id: string): Promise<boolean> {
    return this.#store.write(id);
  }

  async #companions(manifest: Manifest | undefined): Promise<ReadFiles['json']> {
    const found: ReadFiles['json'] = {};
    for (const [name, { sha256 }] of Object.entries(manifest?.files ?? {})) {
      const blob = name.endsWith('.json') ? await this.#store.blob(sha256) : null;
      if (blob) found[name] = JSON.parse(await blob.text()) as Record<string, unknown>;
    }
    return found;
  }
}

/** What there is to store, as the manifest names it. */
async function collect(
  { parts }: Proposal,
  { models, weights, reference }: Omit<ReadFiles, 'json'>,
  companions: ReadFiles['json'],
): Promise<Pick<Waiting, 'graphs' | 'files' | 'blobs'>> {
  const graphs: Waiting['graphs'] = {};
  const files: Waiting['files'] = {};
  const blobs: Waiting['blobs'] = new Map();
  for (const { role, inspection } of parts) {
    const { file, sha256, external } = models.find((model) => model.file.name === inspection.file)!;
    graphs[role] = { name: file.name, sha256, bytes: file.size, external };
    blobs.set(sha256, file);
  }
  for (const [path, { file, sha256 }] of weights) {
    files[path] = { sha256, bytes: file.size };
    blobs.set(sha256, file);
  }
  const others = Object.entries(companions).map(([name, value]) => new File([JSON.stringify(value)], name));
  for (const file of reference ? [...others, reference] : others) {
    const sha256 = await readHashed(file, () => {});
    files[file.name] = { sha256, bytes: file.size };
    blobs.set(sha256, file);
  }
  return { graphs, files, blobs };
}

/** Where an engine gets files from: those of visitors' models from the shelf alone, all others from the shelf or the net. */
export function library(
  shelf: Shelf | null,
  base: string,
  fetcher: Fetch,
): { files: Files; fetcher: Fetch; own: OwnModels } {
  const store = new OwnStore(shelf, base);
  return {
    files: store.files(makeFiles(shelf, fetcher)),
    fetcher: store.fetcher(fetcher),
    own: new OwnModels(store, fetcher),
  };
}
