/**
 * `npx tsx tests/truth/whole.ts FOLDER … [--page] [--pictures FOLDER]`: opens folders that hold a model's files and pytorch.safetensors (`python -m vlpm_export tools`) as they are, gives them the
 * picture and the caption that PyTorch was given, and prints how far every map that is shown is from PyTorch's: in Node, or with --page in the built page in
 * Chromium, from what its button NPZ saves. --pictures leaves a picture of each page. It ends with 1 if a map is farther than rounding explains, or nothing is shown.
 */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-web';
import { readSafetensors, type Stored } from '../../src/containers/safetensors';
import type { Trace } from '../../src/trace/trace';
import { base } from '../runtime/bring';
import { folderOf } from '../runtime/folders';
import { nodeEngine } from '../runtime/node';
import { memoryShelf } from '../runtime/shelf';
import { difference } from '../support/difference';
import { serveSite } from '../support/site';
import { inPage } from './page';

/** By the numbers that a file computes with. */
const limits = { fp16: 2e-3, other: 1e-4 };
const apart = new Set(['pytorch.safetensors', 'picture.png']);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { page: { type: 'boolean', default: false }, pictures: { type: 'string' } },
});
if (positionals.length === 0)
  throw new Error('expected folders with a model and pytorch.safetensors, got none');
const site = values.page ? await serveSite() : null;
for (const folder of positionals.map((path) => resolve(path))) {
  const { metadata, tensors } = readSafetensors(readFileSync(join(folder, 'pytorch.safetensors')));
  const files = (await folderOf(folder)).filter(({ name }) => !apart.has(name));
  const { caption } = metadata;
  const pixels = tensors.get('pixels');
  const trace = site
    ? await inPage(site.address, folder, files, caption, pixels !== undefined, values.pictures)
    : await inNode(files, caption, pixels);
  const limit = files.some(({ name }) => /fp16/.test(name)) ? limits.fp16 : limits.other;
  console.log(`${basename(folder)}${site ? ', in the built page' : ''}: ${trace.tokens.length} tokens`);
  const taken = new Set<number>();
  let far = 0;
  for (const { name, heads, weights } of trace.attentions) {
    const [at, distance] = nearest(weights!.data, tensors, taken);
    taken.add(at);
    far = Math.max(far, distance);
    const size = weights!.dims.slice(1).join(' × ');
    console.log(
      `  ${name}: ${heads} heads, ${size}, PyTorch’s ${at + 1}, apart ${distance.toExponential(1)}`,
    );
  }
  const most = Math.max(
    ...[...tensors].map(([name, { data }]) => (name.startsWith('attention.') ? largest(data) : 0)),
  );
  console.log(
    `  largest difference ${far.toExponential(1)}, limit ${limit}; weights reach ${most.toFixed(2)}`,
  );
  if (trace.attentions.length === 0 || !(far <= limit)) process.exitCode = 1;
}
await site?.close();
// Chromium stays for the next visitor, and holds the process.
process.exit();

/** PyTorch's map that is nearest to one, of those that were not taken. */
function nearest(
  map: Float32Array,
  tensors: ReadonlyMap<string, Stored>,
  taken: ReadonlySet<number>,
): [number, number] {
  let best: [number, number] = [-1, Infinity];
  for (let at = 0; tensors.has(`attention.${at}`); at++) {
    const distance = taken.has(at) ? Infinity : difference(map, tensors.get(`attention.${at}`)!.data);
    if (distance < best[1]) best = [at, distance];
  }
  return best;
}

function largest(data: Stored['data']): number {
  return (data as Float32Array).reduce((most, one) => Math.max(most, one), 0);
}

async function inNode(files: File[], caption: string, pixels: Stored | undefined): Promise<Trace> {
  const engine = nodeEngine(base, memoryShelf());
  const { id } = await engine.own.examine(files, () => {});
  const { proposal } = await engine.own.interview(ort, id, () => {});
  if (proposal.obstacles.length > 0) throw new Error(proposal.obstacles.join(' '));
  engine.own.keep(id, {});
  await engine.open(`own/${id}`);
  const [height, width] = pixels?.dims ?? [8, 8];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  const shown = (pixels?.data ?? new Uint8Array()) as Uint8Array;
  for (let i = 0; i < shown.length; i++) data[Math.floor(i / 3) * 4 + (i % 3)] = shown[i];
  const picture = { width, height, data };
  return engine.run(
    `own/${id}`,
    { picture, crop: [0, 0, 1, 1], caption },
    { task: 'match', attentions: 'all' },
  );
}
