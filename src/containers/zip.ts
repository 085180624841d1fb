/** A ZIP file that stores its members as they are, the same for the same content. @throws Error from 4 GB on */
export function writeZip(members: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const named = [...members].map(([name, bytes]) => ({ name: new TextEncoder().encode(name), bytes }));
  const body = named.reduce((sum, { name, bytes }) => sum + 30 + name.length + bytes.length, 0);
  const list = named.reduce((sum, { name }) => sum + 46 + name.length, 0);
  if (body + list + 22 >= 2 ** 32) throw new Error(`Expected less than 4 GB to save, got ${body} bytes.`);
  const out = new Uint8Array(body + list + 22);
  const view = new DataView(out.buffer);
  let at = 0;
  let listed = body;
  for (const { name, bytes } of named) {
    view.setUint32(at, 0x04034b50, true);
    view.setUint32(listed, 0x02014b50, true);
    view.setUint16(listed + 4, 20, true);
    view.setUint32(listed + 42, at, true);
    const crc = crc32(bytes);
    for (const head of [at + 4, listed + 6]) {
      view.setUint16(head, 20, true);
      view.setUint16(head + 8, 33, true); // 1 January 1980, the first day that ZIP knows
      [crc, bytes.length, bytes.length].forEach((number, i) =>
        view.setUint32(head + 10 + 4 * i, number, true),
      );
      view.setUint16(head + 22, name.length, true);
    }
    out.set(name, at + 30);
    out.set(bytes, at + 30 + name.length);
    out.set(name, listed + 46);
    at += 30 + name.length + bytes.length;
    listed += 46 + name.length;
  }
  view.setUint32(listed, 0x06054b50, true);
  for (const place of [8, 10]) view.setUint16(listed + place, named.length, true);
  view.setUint32(listed + 12, list, true);
  view.setUint32(listed + 16, body, true);
  return out;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum that ZIP and PNG use. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
