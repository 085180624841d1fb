import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readZip, zipLimits } from '../../src/containers/unzip';
import { writeZip } from '../../src/containers/zip';

const text = (content: string) => new TextEncoder().encode(content);

/** Offset in the central directory of a member's size once inflated, and in its local header. */
const [method, crc, packed, size, start] = [10, 16, 20, 24, 42];

/** A file with one member, whose entry in the central directory is then changed. */
function archive(
  bytes: Uint8Array,
  change: (entry: DataView, end: DataView) => void,
): Uint8Array<ArrayBuffer> {
  const file = writeZip(new Map([['a.npy', bytes]]));
  change(new DataView(file.buffer, 35 + bytes.length), new DataView(file.buffer, file.length - 22));
  return file;
}

/** A member of deflated zeros that says another size of itself. */
const zeros = (length: number, said: number) =>
  archive(new Uint8Array(deflateRawSync(new Uint8Array(length))), (entry) => {
    entry.setUint16(method, 8, true);
    entry.setUint32(size, said, true);
  });

test('what is written is read back, empty members and long ones too', async () => {
  const members = new Map([
    ['a.npy', text('attention')],
    ['empty', new Uint8Array()],
    ['long', Uint8Array.from({ length: 300_000 }, (_, i) => i % 251)],
  ]);
  expect(await readZip(writeZip(members))).toEqual(members);
  expect(await readZip(writeZip(new Map()))).toEqual(new Map());
});

test('a comment may follow', async () => {
  const file = writeZip(new Map([['a', text('b')]]));
  const longer = new Uint8Array(file.length + 9);
  longer.set(file);
  expect((await readZip(longer)).get('a')).toEqual(text('b'));
});

test('a bomb that says its size is refused before anything is inflated', async () => {
  await expect(readZip(zeros(2 ** 26, 2 ** 26))).rejects.toThrow(
    /^Expected a\.npy to inflate to at most 250 times its [\d,]+ bytes, but it says 64 MB\.$/,
  );
  await expect(readZip(zeros(10, zipLimits.bytes + 2 ** 20))).rejects.toThrow(
    'Expected at most 512 MB in the ZIP file once inflated, got 513 MB.',
  );
});

test('a bomb that lies is inflated to the size that it says, and no further', async () => {
  await expect(readZip(zeros(2 ** 26, 1000))).rejects.toThrow(
    'The member a.npy of the ZIP file is damaged: it inflates to more than the 1,000 bytes that it says.',
  );
});

test('a member that inflates to less than it says is damaged', async () => {
  await expect(readZip(zeros(1000, 1001))).rejects.toThrow(
    'a.npy of the ZIP file is damaged: expected 1001 bytes, got 1000.',
  );
});

test('more members than a model has attentions are refused', async () => {
  const members = new Map(Array.from({ length: 5 }, (_, i) => [`${i}`, new Uint8Array()]));
  await expect(readZip(writeZip(members), { ...zipLimits, members: 4 })).rejects.toThrow(
    'Expected at most 4 members in the ZIP file, got 5.',
  );
});

test.each<[what: string, file: Uint8Array<ArrayBuffer>, says: string]>([
  [
    'a flipped bit',
    archive(text('x'), (entry) => entry.setUint32(crc, 1, true)),
    'a.npy of the ZIP file is damaged: its checksum does not fit.',
  ],
  [
    'a flag',
    archive(text('x'), (entry) => entry.setUint16(8, 1, true)),
    'The member a.npy of the ZIP file is encrypted.',
  ],
  [
    'another method',
    archive(text('x'), (entry) => entry.setUint16(method, 14, true)),
    'Expected a.npy stored or deflated in the ZIP file, got method 14.',
  ],
  [
    'a deflated text',
    archive(text('not deflated'), (entry) => entry.setUint16(method, 8, true)),
    'a.npy of the ZIP file is damaged: it cannot be inflated.',
  ],
  [
    'a length past the end',
    archive(text('x'), (entry) => entry.setUint32(packed, 999, true)),
    'a.npy of the ZIP file is damaged: the file ends before it does.',
  ],
  [
    'a start past the end',
    archive(text('x'), (entry) => entry.setUint32(start, 99_999, true)),
    'a.npy of the ZIP file is damaged: nothing begins at byte 99999.',
  ],
  [
    'a size that is not its own',
    archive(text('x'), (entry) => entry.setUint32(size, 2, true)),
    'a.npy of the ZIP file is damaged: expected 2 bytes, got 1.',
  ],
  [
    'a longer list',
    archive(text('x'), (_, end) => end.setUint16(10, 2, true)),
    'The ZIP file is damaged: its list ends at member 2 of 2.',
  ],
  [
    'a list past the end',
    archive(text('x'), (_, end) => end.setUint32(16, 0xffffffff, true)),
    'The ZIP file is damaged: its list ends at member 1 of 1.',
  ],
])('%s is told in one sentence', async (_, file, says) => {
  await expect(readZip(file)).rejects.toThrow(says);
});

test('two members of one name are refused', async () => {
  const file = writeZip(
    new Map([
      ['a', text('1')],
      ['b', text('2')],
    ]),
  );
  file[file.length - 23] = text('a')[0];
  await expect(readZip(file)).rejects.toThrow('The ZIP file has two members called a.');
});
