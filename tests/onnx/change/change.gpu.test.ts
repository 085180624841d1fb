import { describe, expect, test } from 'vitest';
import { ort } from '../../runtime/page';
import { readHub, tryChanges } from '../hub';

const urls = import.meta.glob<string>('../../oracle/hub/*', {
  query: '?url',
  import: 'default',
  eager: true,
});
const names = Object.keys(urls).flatMap((path) => /([^/]+)\.onnx\.gz$/.exec(path)?.[1] ?? []);

async function read(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(urls[`../../oracle/hub/${file}`]);
  return new Uint8Array(await response.arrayBuffer());
}

/** Servers may unpack it on the way. */
async function unpacked(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await read(file);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe.each(names)('%s on WebGPU', (name) => {
  test('open to change, nothing changes; a head switched off and keys hidden change the answers as in PyTorch', async () => {
    const hub = readHub(ort, await unpacked(`${name}.onnx.gz`), await read(`${name}.safetensors`));
    const far = await tryChanges(ort, hub, 'webgpu');
    expect(far.neutral).toBeLessThan(1e-5);
    expect(far.maps).toBeLessThan(1e-5);
    expect(far.masked).toBeLessThan(1e-4);
    expect(far.cut).toBeLessThan(1e-4);
    expect(far.before).toBeLessThan(1e-6);
  });
});
