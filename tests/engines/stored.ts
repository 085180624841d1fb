import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { readSafetensors } from '../../src/containers/safetensors';
import { readTraceFile } from '../../src/trace/file';

/** An input that a model ships with, and what PyTorch answered to it. */
export function storedOf(id: string) {
  const path = join(import.meta.dirname, `../../models/zoo/${id}/reference.safetensors`);
  const { tensors, metadata } = readSafetensors(new Uint8Array(readFileSync(path)));
  const numbers = (name: string) => Array.from(tensors.get(name)?.data ?? [], Number);
  const { dims, data } = tensors.get('pixels')!;
  return {
    caption: metadata.caption,
    picture: toPng(dims[1], dims[0], Uint8Array.from(data as Uint8Array)),
    match: numbers('match_logit'),
    attentions: [...tensors.keys()]
      .filter((name) => name.startsWith('attention.'))
      .toSorted((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]))
      .map(numbers),
  };
}

/** The largest difference between a saved run and PyTorch's answer, over the score and the maps of all heads. */
export async function differ(run: Uint8Array<ArrayBuffer>, id: string) {
  const { trace } = await readTraceFile(run);
  const stored = storedOf(id);
  const maps = trace.attentions.map(({ weights }) => Array.from(weights?.data ?? []));
  return {
    heads: maps.length === stored.attentions.length,
    score: distance(Array.from(trace.outputs.match.data), stored.match),
    maps: Math.max(...stored.attentions.map((wanted, index) => distance(maps[index], wanted))),
  };
}

const distance = (got: number[] | undefined, wanted: number[]) =>
  got?.length === wanted.length
    ? got.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at])), 0)
    : Infinity;

/** A picture of 8-bit red, green and blue as PNG (ISO 15948), rows unfiltered. */
export function toPng(width: number, height: number, rgb: Uint8Array): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), rgb.subarray(3 * width * y, 3 * width * (y + 1))]),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunk = (kind: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(kind), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
