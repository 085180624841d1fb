import { expose } from '../../rpc/expose';
import { nameOf, openDisk, readJournal, type Journal } from '../../runtime/own/disk';
import { OpenFile, type SyncFile } from './open';
import type { WriterCalls } from './protocol';

let open: OpenFile | null = null;

async function folderAt(name: string): Promise<FileSystemDirectoryHandle> {
  const disk = await openDisk();
  if (!disk)
    throw new Error(
      'This browser has no file system for pages (a private window?), so that nothing can be kept.',
    );
  return disk.getDirectoryHandle(name, { create: true });
}

/** Written anew as a whole: a few hundred bytes. */
async function writeJournal(folder: FileSystemDirectoryHandle, journal: Journal): Promise<void> {
  const file = (await folder.getFileHandle('journal.json', { create: true })) as unknown as SyncFile;
  const handle = await file.createSyncAccessHandle();
  try {
    handle.truncate(0);
    handle.write(new TextEncoder().encode(JSON.stringify(journal)), { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}

function opened(): OpenFile {
  if (!open) throw new Error('expected a file to be open, none is');
  return open;
}

function close(): void {
  open?.close();
  open = null;
}

expose<WriterCalls>(self, {
  async begin(_, name, journal) {
    close();
    const folder = await folderAt(name);
    const before = await readJournal(folder);
    if (before) return before.done;
    await writeJournal(folder, journal);
    return [];
  },
  async open(_, name, file) {
    close();
    open = await OpenFile.open(await folderAt(name), file);
    return open.size;
  },
  write: (_, bytes) => opened().write(bytes),
  restart: () => opened().restart(),
  async finish() {
    const { folder, wanted } = opened();
    const right = opened().finish();
    open = null;
    if (!right) await folder.removeEntry(nameOf(wanted));
    const journal = right ? await readJournal(folder) : null;
    if (journal) await writeJournal(folder, { ...journal, done: [...journal.done, wanted.path] });
    return right;
  },
  close,
});
