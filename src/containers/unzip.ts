import { findDirectory, longestEnd, readMembers, type Member } from './directory';
import { crc32 } from './zip';

/**
 * What a ZIP file may hold before it is refused: members, bytes of all members together once inflated, and how many times its packed
 * size a member above `free` bytes may have. Weights of attention pack to a half or a third; a bomb packs to a thousandth.
 */
export const zipLimits = { members: 4096, bytes: 512 * 2 ** 20, ratio: 250, free: 16 * 2 ** 20 };

const mega = (bytes: number) => `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MB`;

/**
 * Inflates every member of a ZIP file (PKWARE APPNOTE.TXT 6.3.10, methods "stored" and "deflate"). Declared sizes are held against
 * `limits` before anything is inflated, and inflating stops at the byte after the declared one.
 * @throws Error of one sentence when the file is damaged, encrypted, over a limit, or says of a member what is not so
 */
export async function readZip(
  file: Uint8Array<ArrayBuffer>,
  limits = zipLimits,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const members = listMembers(file);
  checkLimits(members, limits);
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const member of members) {
    if (found.has(member.name)) throw new Error(`The ZIP file has two members called ${member.name}.`);
    const bytes = await inflate(packedBytes(file, member), member);
    if (crc32(bytes) !== member.crc) throw damaged(member.name, 'its checksum does not fit');
    found.set(member.name, bytes);
  }
  return found;
}

function listMembers(file: Uint8Array): Member[] {
  const from = Math.max(0, file.length - longestEnd);
  const directory = findDirectory(file.subarray(from), from);
  return readMembers(file.subarray(directory.at), directory);
}

function checkLimits(members: readonly Member[], { members: most, bytes, ratio, free }: typeof zipLimits) {
  if (members.length > most)
    throw new Error(`Expected at most ${most} members in the ZIP file, got ${members.length}.`);
  const total = members.reduce((sum, { size }) => sum + size, 0);
  if (total > bytes)
    throw new Error(`Expected at most ${mega(bytes)} in the ZIP file once inflated, got ${mega(total)}.`);
  for (const { name, size, packed } of members)
    if (size > free && size > ratio * packed)
      throw new Error(
        `Expected ${name} to inflate to at most ${ratio} times its ${packed.toLocaleString('en')} bytes, but it says ${mega(size)}.`,
      );
}

function packedBytes(file: Uint8Array<ArrayBuffer>, { name, offset, packed }: Member) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (offset + 30 > file.length || view.getUint32(offset, true) !== 0x04034b50)
    throw damaged(name, `nothing begins at byte ${offset}`);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > file.length) throw damaged(name, 'the file ends before it does');
  return file.subarray(start, start + packed);
}

async function inflate(packed: Uint8Array<ArrayBuffer>, { name, method, size }: Member) {
  if (method !== 0 && method !== 8)
    throw new Error(`Expected ${name} stored or deflated in the ZIP file, got method ${method}.`);
  if (method === 0) {
    if (packed.length !== size) throw damaged(name, `expected ${size} bytes, got ${packed.length}`);
    return packed.slice();
  }
  const out = new Uint8Array(size);
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw damaged(name, 'it cannot be inflated');
    });
    if (done) break;
    if (at + value.length > size) {
      await reader.cancel();
      throw damaged(name, `it inflates to more than the ${size.toLocaleString('en')} bytes that it says`);
    }
    out.set(value, at);
    at += value.length;
  }
  if (at !== size) throw damaged(name, `expected ${size} bytes, got ${at}`);
  return out;
}

const damaged = (name: string, how: string) =>
  new Error(`The member ${name} of the ZIP file is damaged: ${how}.`);
