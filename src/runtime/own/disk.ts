/** A file of a checkpoint as the Hub lists it. */
export interface Wanted {
  /** Repository that it lies in, "owner/name", which may be another than the checkpoint's: some have no tokenizer of their own. */
  repo: string;
  /** 40 hexadecimal digits. */
  commit: string;
  /** Within the repository, "onnx/model.onnx". */
  path: string;
  bytes: number;
  /** Of the content, where the Hub says it: of large files. */
  sha256: string | null;
  /** Git's name of the content (SHA-1 of "blob", length and bytes), of small files. */
  oid: string | null;
}

/** What is written down of a checkpoint that is fetched, beside its files. */
export interface Journal {
  version: 1;
  repo: string;
  commit: string;
  /** As its card states it; null where it states none. */
  licence: string | null;
  /** Which of the repository's weights were chosen, e.g. "safetensors". */
  choice: string;
  files: Wanted[];
  /** Paths of files that are here whole and had the hash that the Hub lists. */
  done: string[];
}

/** A checkpoint in the browser's file system, whole or in part. */
export interface Held {
  /** Name of its folder. */
  folder: string;
  journal: Journal;
  /** Bytes that are here, of how many. */
  loaded: number;
  total: number;
}

const journalName = 'journal.json';

/** The name under which a file lies in its checkpoint's folder. */
export const nameOf = ({ path }: Pick<Wanted, 'path'>): string => path.split('/').at(-1) ?? path;

/** The folder of a choice of a repository's files at one commit. */
export const folderOf = ({ repo, commit, choice }: Pick<Journal, 'repo' | 'commit' | 'choice'>): string =>
  [repo.replace('/', '--'), commit.slice(0, 12), choice.replaceAll(/[^\w.-]+/g, '-')].join('~');

/** Where checkpoints from the Hub lie in the browser's private file system; null where it has none. */
export async function openDisk(): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await globalThis.navigator.storage.getDirectory();
    return await root.getDirectoryHandle('checkpoints', { create: true });
  } catch {
    return null;
  }
}

/** Bytes that the browser has left for the page; infinite where it does not say (WebKitGTK has no storage manager at all). */
export async function roomLeft(): Promise<number> {
  try {
    const { quota, usage = 0 } = await globalThis.navigator.storage.estimate();
    return quota === undefined ? Infinity : quota - usage;
  } catch {
    return Infinity;
  }
}

/** Asks the browser to keep what the page has when its disk is full; what refuses, or cannot be asked, may clear it away. */
export async function askToKeep(): Promise<void> {
  try {
    await globalThis.navigator.storage.persist();
  } catch {
    // As before.
  }
}

/** All checkpoints that are here, in the order of their names. */
export async function heldCheckpoints(): Promise<Held[]> {
  const disk = await openDisk();
  const found: Held[] = [];
  if (disk)
    for await (const [folder, handle] of disk.entries())
      if (handle.kind === 'directory') found.push(...(await readHeld(folder, handle)));
  return found.toSorted((a, b) => a.folder.localeCompare(b.folder));
}

async function readHeld(folder: string, handle: FileSystemDirectoryHandle): Promise<Held[]> {
  const journal = await readJournal(handle);
  if (!journal) return [];
  const sizes: number[] = [];
  for (const file of journal.files)
    sizes.push(journal.done.includes(file.path) ? file.bytes : await sizeOf(handle, nameOf(file)));
  const sum = (bytes: readonly number[]) => bytes.reduce((total, one) => total + one, 0);
  return [{ folder, journal, loaded: sum(sizes), total: sum(journal.files.map(({ bytes }) => bytes)) }];
}

/** Null where there is none, or one of another version of the page. */
export async function readJournal(handle: FileSystemDirectoryHandle): Promise<Journal | null> {
  try {
    const file = await (await handle.getFileHandle(journalName)).getFile();
    const journal = JSON.parse(await file.text()) as Journal;
    return journal.version === 1 ? journal : null;
  } catch {
    return null;
  }
}

const sizeOf = (handle: FileSystemDirectoryHandle, name: string): Promise<number> =>
  handle
    .getFileHandle(name)
    .then((file) => file.getFile())
    .then(
      ({ size }) => size,
      () => 0,
    );

/** The files of a checkpoint, which stay on the disk. @throws Error of one sentence when it is not here, or not whole */
export async function filesOf(folder: string): Promise<File[]> {
  const journal = await journalOf(folder);
  const missing = journal.files.find(({ path }) => !journal.done.includes(path));
  if (missing)
    throw new Error(
      `${journal.repo} is not whole: ${missing.path} was not fetched to its end; go on with it first.`,
    );
  const files = await Promise.all(journal.files.map((file) => fileAt(`${folder}/${nameOf(file)}`)));
  return files.flatMap((file) => file ?? []);
}

/** What is written down of a checkpoint. @throws Error of one sentence when it is not here */
export async function journalOf(folder: string): Promise<Journal> {
  const handle = await (await openDisk())?.getDirectoryHandle(folder).catch(() => null);
  const journal = handle ? await readJournal(handle) : null;
  if (journal) return journal;
  throw new Error('This checkpoint is not in this browser any more: fetch it from the Hub again.');
}

/** Where a checkpoint is from, for people. */
export const sourceOf = ({ repo, commit, licence }: Journal): string =>
  `${repo} on the Hub, commit ${commit.slice(0, 12)}, ${licence ? `licence ${licence}` : 'no licence stated'}`;

/** One file by its place, "folder/name"; null when it is not here. */
export async function fileAt(place: string): Promise<File | null> {
  const [folder, name] = place.split('/');
  const disk = await openDisk();
  return (
    disk
      ?.getDirectoryHandle(folder)
      .then((handle) => handle.getFileHandle(name))
      .then((handle) => handle.getFile())
      .catch(() => null) ?? null
  );
}

/** Deletes a checkpoint from the disk. */
export async function letGo(folder: string): Promise<void> {
  const disk = await openDisk();
  await disk?.removeEntry(folder, { recursive: true }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    throw new Error('It is being fetched in another tab: stop it there first.');
  });
}
