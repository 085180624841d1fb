import { expect, test, vi } from 'vitest';
import { photographic } from '../../src/architectures/manifest';
import type { BackendKind } from '../../src/runtime/device';
import { LocalEngine } from '../../src/runtime/engine';
import { library } from '../../src/runtime/own/own';
import type { Ask, Input } from '../../src/trace/trace';
import { difference } from '../support/difference';
import { pagePlace } from './page';

const base = `${location.origin}/`;

async function engineOn(backend: BackendKind): Promise<LocalEngine> {
  const files = library(null, base, (url) => fetch(url));
  return new LocalEngine({ ...(await pagePlace(backend)), base, ...files });
}

/** Patches of colour on a slope, wider than high. */
const [width, height] = [120, 90];
const picture = { width, height, data: new Uint8ClampedArray(width * height * 4).fill(255) };
for (let i = 0; i < width * height; i++)
  for (let c = 0; c < 3; c++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    picture.data[4 * i + c] = (((x >> 4) * 53 + (y >> 4) * 97 + c * 71) % 200) + x / 4;
  }
const input: Input = { picture, crop: [0.1, 0.1, 0.8, 0.9], caption: 'two dogs run across a green field' };

const [gpu, wasm] = await Promise.all([engineOn('webgpu'), engineOn('wasm')]);
/** An adapter in software convolves slowly. */
const patience = 600_000;

test(
  'backbone and detector see on WebGPU what PyTorch sees',
  async () => {
    const opened = await gpu.sights.open({ backbone: 'backbone', detector: 'detector-mini' });
    expect(opened).toHaveLength(2);
    for (const { backend, agreement } of opened) {
      expect(backend.kind).toBe('webgpu');
      expect(agreement?.difference).toBeLessThan(1e-4);
    }
  },
  patience,
);

test.each(photographic)(
  '%s answers on WebGPU as PyTorch, and of the same features as on WebAssembly',
  async (id) => {
    vi.spyOn(gpu.sights, 'see').mockImplementation((needs, input) => wasm.sights.see(needs, input));
    const opened = await gpu.open(`zoo/${id}`);
    expect(opened).toMatchObject({ warning: null, backend: { kind: 'webgpu' } });
    expect(opened.agreement?.difference).toBeLessThan(1e-4);
    const ask: Ask = { task: opened.manifest.similarity ? 'embed' : 'mask', attentions: 'all' };
    const there = await gpu.run(`zoo/${id}`, input, ask);
    const here = await wasm.run(`zoo/${id}`, input, ask);
    expect(there.backend?.kind).toBe('webgpu');
    expect(here.backend?.kind).toBe('wasm');
    for (const [name, { data }] of Object.entries(here.outputs))
      expect(difference(there.outputs[name].data, data), name).toBeLessThan(1e-4);
    for (const [i, { name, weights }] of here.attentions.entries())
      expect(difference(there.attentions[i].weights!.data, weights!.data), name).toBeLessThan(1e-4);
  },
  patience,
);
