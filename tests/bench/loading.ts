/**
 * `npx tsx tests/bench/loading.ts inside|beside GIB`: opens a model with as many GiB of made-up weights, in the model file or in files
 * beside it, and says how much memory the runtime held. Each size in a process of its own: WebAssembly gives no memory back.
 */
import * as ort from 'onnxruntime-web';
import { joinBytes, toBytes, writeField, writeHead } from '../../src/onnx/file/wire';
import { input, model, node, output } from '../onnx/build';

const [rows, columns] = [1024, 16384];
const each = 4 * rows * columns;
const size = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

/** Fields of the weight at place `i`, without its numbers. */
const head = (i: number) => [
  writeField(1, rows),
  writeField(1, columns),
  writeField(2, 1),
  writeField(8, `w${i}`),
];

/** Every weight multiplies the input, and the products are summed. */
function graph(count: number): Uint8Array[] {
  const list = Array.from({ length: count }, (_, i) => i);
  return [
    input('x', [1, rows]),
    ...list.map((i) => node('MatMul', ['x', `w${i}`], [`y${i}`])),
    node(
      'Sum',
      list.map((i) => `y${i}`),
      ['z'],
    ),
    output('z'),
  ];
}

/** A model file with its weights in it, filled in place: joining parts would hold them twice. */
function inside(count: number): { file: Uint8Array; externalData: [] } {
  const before = joinBytes(graph(count));
  const heads = Array.from({ length: count }, (_, i) => {
    const fields = [...head(i), writeHead(9, each)];
    const length = fields.reduce((sum, part) => sum + part.length, each);
    return joinBytes([writeHead(5, length), ...fields]);
  });
  const length = heads.reduce((sum, part) => sum + part.length + each, before.length);
  const start = joinBytes([writeField(1, 8), writeHead(7, length), before]);
  const end = writeField(8, [writeField(1, toBytes('')), writeField(2, 17)]);
  const file = new Uint8Array(start.length - before.length + length + end.length).fill(1);
  file.set(start);
  let at = start.length;
  for (const part of heads) {
    file.set(part, at);
    at += part.length + each;
  }
  file.set(end, at);
  return { file, externalData: [] };
}

/** Weights in files of 1 GiB. */
function beside(count: number): { file: Uint8Array; externalData: { path: string; data: Uint8Array }[] } {
  const most = 2 ** 30 / each;
  const weights = Array.from({ length: count }, (_, i) => {
    const place = { location: `${Math.floor(i / most)}`, offset: `${(i % most) * each}`, length: `${each}` };
    const entries = Object.entries(place).map(([key, value]) =>
      writeField(13, [writeField(1, key), writeField(2, value)]),
    );
    return writeField(5, [...head(i), ...entries, writeField(14, 1)]);
  });
  const externalData = Array.from({ length: Math.ceil(count / most) }, (_, k) => ({
    path: `${k}`,
    data: new Uint8Array(Math.min(most, count - k * most) * each).fill(1),
  }));
  return { file: model([...weights, ...graph(count)]), externalData };
}

async function main([where, gib]: readonly string[]): Promise<number> {
  const count = Math.round((Number(gib) * 2 ** 30) / each);
  if ((where !== 'inside' && where !== 'beside') || !(count > 0)) {
    console.error('Usage: npx tsx tests/bench/loading.ts inside|beside GIB');
    return 2;
  }
  const { file, externalData } = where === 'inside' ? inside(count) : beside(count);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  try {
    await ort.InferenceSession.create(file, { externalData, logSeverityLevel: 3 });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const held = size(process.memoryUsage().rss - before);
    console.log(`${size(count * each)} ${where}: opens in ${seconds} s, ${held} held`);
    return 0;
  } catch (error) {
    console.log(`${size(count * each)} ${where}: ${String(error)}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
