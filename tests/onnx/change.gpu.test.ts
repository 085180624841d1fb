import { describe, expect, test } from 'vitest';
import { ort } from '../runtime/page';
import { readHub, tryChanges } from './hub';

const urls = import.meta.glob<string>('../oracle/hub/*', { query: '?url', import: 'default', eager: true });
const names = Object.keys(urls).flatMap((path) => /([^/]+)\.onnx$/.exec(path)?.[1] ?? []);

async function read(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(urls[`../oracle/hub/${file}`]);
  return new Uint8Array(await response.arrayBuffer());
}

describe.each(names)('%s on WebGPU', (name) => {
  test('open to change, nothing changes; a head switched off and keys hidden change the answers as in PyTorch', async () => {
    const hub = readHub(ort, await read(`${name}.onnx`), await read(`${name}.safetensors`));
    const far = await tryChanges(ort, hub, 'webgpu');
    expect(far.neutral).toBeLessThan(1e-5);
    expect(far.maps).toBeLessThan(1e-5);
    expect(far.masked).toBeLessThan(1e-4);
    expect(far.cut).toBeLessThan(1e-4);
    expect(far.before).toBeLessThan(1e-6);
  });
});
