import { findDirectory, longestEnd, readMembers, type Member } from './directory';
import { CutShort, readPickle, type Value } from './pickle';
import { lengthOf, surroundings, tensorsOf, type Storage, type TorchTensor } from './statedict';
import { bytesOf, readPart, type TensorIndex } from './tensors';

/** Bytes of the longest pickle that is read: names and shapes of a hundred thousand tensors. */
const longestPickle = 2 ** 26;
/** The number that PyTorch began its files with before 1.6 (torch/serialization.py). */
const magic = 0x1950a86a20f9469cfc6cn;

/**
 * Indexes what `torch.save` wrote of a state dict, without reading a tensor: a ZIP file with stored members since PyTorch 1.6, and before
 * that pickles with the storages behind them. Nothing in the file is executed.
 * @throws Error of one sentence when it is neither, is cut short, or asks for anything but tensors
 */
export async function indexTorch(file: File): Promise<TensorIndex> {
  const head = await readPart(file, 0, Math.min(8, file.size));
  try {
    if (head[0] === 0x50 && head[1] === 0x4b) return await indexArchive(file);
    if (head[0] === 0x80) return await indexPickles(file);
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith(file.name)) throw error;
    throw new Error(`${file.name}: ${error.message.replace(/\.?$/, '.')}`);
  }
  throw new Error(
    `${file.name} is no file of weights that PyTorch saved: it begins with neither of its two marks.`,
  );
}

async function indexArchive(file: File): Promise<TensorIndex> {
  const members = await listMembers(file);
  const pickle = [...members.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (!pickle) throw new Error('expected a data.pkl in the archive, as torch.save writes it, got none');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = members.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(await readMember(file, order)) !== 'little')
    throw new Error('its numbers are big-endian, and only little-endian ones are read');
  const { value } = readPickle(await readMember(file, members.get(pickle)!), 0, surroundings);
  const tensors = tensorsOf(value);
  const starts = new Map<string, number>();
  const found = async ({ key, ...storage }: Storage) => {
    const member = members.get(`${folder}data/${key}`);
    if (!member) throw new Error(`it has no member ${folder}data/${key}, which a tensor lies in`);
    const wanted = storage.count * bytesOf[storage.dtype];
    if (member.method !== 0 || member.size !== wanted)
      throw new Error(`${member.name}: expected ${wanted} stored bytes, got ${member.size}`);
    starts.set(key, await startOf(file, member));
  };
  const storages = new Map([...tensors.values()].map(({ storage }) => [storage.key, storage]));
  await Promise.all([...storages.values()].map(found));
  return locate(file, tensors, starts);
}

async function listMembers(file: File): Promise<Map<string, Member>> {
  const from = Math.max(0, file.size - longestEnd);
  const directory = findDirectory(await readPart(file, from, file.size - from), from);
  if (directory.at > file.size || file.size - directory.at > longestPickle)
    throw new Error('The ZIP file is damaged: its list of members is not where it says.');
  const list = await readPart(file, directory.at, file.size - directory.at);
  return new Map(readMembers(list, directory).map((member) => [member.name, member]));
}

/** Where the bytes of a member begin: behind its local header, whose extra field is of another length than the list says. */
async function startOf(file: File, { name, offset, packed }: Member): Promise<number> {
  const header = new DataView((await readPart(file, offset, 30)).buffer);
  if (header.getUint32(0, true) !== 0x04034b50) throw new Error(`nothing begins where ${name} should`);
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packed > file.size) throw new Error(`it ends early, in ${name}`);
  return start;
}

async function readMember(file: File, member: Member): Promise<Uint8Array<ArrayBuffer>> {
  if (member.method !== 0)
    throw new Error(`expected ${member.name} stored, got it packed by method ${member.method}`);
  if (member.size > longestPickle)
    throw new Error(`${member.name} has ${member.size} bytes, too many for a list of tensors`);
  return readPart(file, await startOf(file, member), member.size);
}

/** The layout before PyTorch 1.6: magic number, version, machine, the state dict, keys of the storages, then each with its length before it. */
async function indexPickles(file: File): Promise<TensorIndex> {
  const { values, end } = await readPickles(file);
  const [first, version, , dict, keys] = values;
  if (first !== magic || version !== 1001 || !Array.isArray(keys))
    throw new Error('it does not begin as a file of PyTorch does');
  const tensors = tensorsOf(dict);
  const storages = new Map([...tensors.values()].map(({ storage }) => [storage.key, storage]));
  const starts = new Map<string, number>();
  let at = end;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage)
      throw new Error('it has a storage that no tensor lies in, so that the length of it is not known');
    starts.set(storage.key, at + 8);
    at += 8 + lengthOf(storage);
  }
  if (at > file.size) throw new Error(`it ends early: expected ${at} bytes, got ${file.size}`);
  const check = async (storage: Storage) => {
    const start = starts.get(storage.key);
    if (start === undefined) throw new Error(`it does not list the storage ${storage.key}`);
    const count = new DataView((await readPart(file, start - 8, 8)).buffer).getBigInt64(0, true);
    if (count !== BigInt(storage.count))
      throw new Error(`expected ${storage.count} numbers in its storage ${storage.key}, got ${count}`);
  };
  await Promise.all([...storages.values()].map(check));
  return locate(file, tensors, starts);
}

/** Reads five pickles that follow each other from as much of the file as they take. */
async function readPickles(file: File): Promise<{ values: Value[]; end: number }> {
  for (let size = 2 ** 16; ; size *= 4) {
    const bytes = await readPart(file, 0, Math.min(size, file.size));
    try {
      const values: Value[] = [];
      let end = 0;
      while (values.length < 5) {
        const read = readPickle(bytes, end, surroundings);
        values.push(read.value);
        end = read.end;
      }
      return { values, end };
    } catch (error) {
      if (!(error instanceof CutShort) || size >= file.size) throw error;
      if (size >= longestPickle) throw new Error('its list of tensors does not end');
    }
  }
}

function locate(
  file: File,
  tensors: ReadonlyMap<string, TorchTensor>,
  starts: ReadonlyMap<string, number>,
): TensorIndex {
  const index: TensorIndex = new Map();
  for (const [name, { storage, first, dims }] of tensors) {
    const size = bytesOf[storage.dtype];
    const length = dims.reduce((product, dim) => product * dim, size);
    const offset = starts.get(storage.key)! + first * size;
    index.set(name, { dtype: storage.dtype, dims, file: file.name, offset, length });
  }
  return index;
}
