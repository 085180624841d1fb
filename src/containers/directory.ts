/** A member as the central directory of a ZIP file lists it. */
export interface Member {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  crc: number;
  packed: number;
  size: number;
  /** Where its local header begins. */
  offset: number;
}

/** Where the list of members lies. */
export interface Directory {
  count: number;
  at: number;
}

/** Bytes at the end of a file in which its end record must begin: a comment of at most 65,535 bytes may follow it. */
export const longestEnd = 0xffff + 22 + 20 + 56;

/**
 * Finds the list of members (PKWARE APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16, ZIP64 included).
 * @param tail the last `longestEnd` bytes of the file, or all of it
 * @param from byte of the file that `tail` begins with
 * @throws Error of one sentence when there is none
 */
export function findDirectory(tail: Uint8Array, from: number): Directory {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const end = findEnd(view);
  const directory = { count: view.getUint16(end + 10, true), at: view.getUint32(end + 16, true) };
  const locator = end - 20;
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) return directory;
  const wide = readWide(view, locator + 8) - from;
  if (!(wide >= 0 && wide + 56 <= tail.length) || view.getUint32(wide, true) !== 0x06064b50)
    throw new Error('The ZIP file is damaged: the end of its list is not where it says.');
  return { count: readWide(view, wide + 32), at: readWide(view, wide + 48) };
}

function findEnd(view: DataView): number {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at;
  throw new Error('The ZIP file ends early: it has no list of its members.');
}

/**
 * Reads the list of members.
 * @param list bytes of the file from `directory.at` on
 * @throws Error of one sentence when the list ends early or a member is encrypted
 */
export function readMembers(list: Uint8Array, { count }: Directory): Member[] {
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const members: Member[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const ended = new Error(`The ZIP file is damaged: its list ends at member ${i + 1} of ${count}.`);
    if (at + 46 > list.length || view.getUint32(at, true) !== 0x02014b50) throw ended;
    const [named, extra, note] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const next = at + 46 + named + extra + note;
    if (next > list.length) throw ended;
    const name = new TextDecoder().decode(list.subarray(at + 46, at + 46 + named));
    if (view.getUint16(at + 8, true) & 1) throw new Error(`The member ${name} of the ZIP file is encrypted.`);
    const [crc, packed, size, offset] = [16, 20, 24, 42].map((place) => view.getUint32(at + place, true));
    const member = { name, method: view.getUint16(at + 10, true), crc, packed, size, offset };
    widen(member, view, at + 46 + named, extra);
    members.push(member);
    at = next;
  }
  return members;
}

/** Takes the 64-bit values of the extra field 1 for those that say 0xFFFFFFFF. */
function widen(member: Member, view: DataView, start: number, length: number): void {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let value = at + 4;
    for (const key of ['size', 'packed', 'offset'] as const)
      if (member[key] === 0xffffffff && value + 8 <= start + length) {
        member[key] = readWide(view, value);
        value += 8;
      }
  }
}

/** A 64-bit number, exact up to 2^53. */
function readWide(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
