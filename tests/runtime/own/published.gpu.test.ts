import { expect, test } from 'vitest';
import { LocalEngine } from '../../../src/runtime/engine';
import { library } from '../../../src/runtime/own/own';
import { pagePlace } from '../page';

const base = `${location.origin}/tests/oracle/published/`;
const addresses = Object.keys(import.meta.glob('/tests/oracle/published/*/*'));
const names = [...new Set(addresses.map((address) => address.split('/').at(-2)!))];

async function folderOf(name: string): Promise<File[]> {
  const inside = addresses.filter((address) => address.split('/').at(-2) === name);
  return Promise.all(
    inside.map(async (address) => {
      const response = await fetch(address);
      return new File([await response.blob()], address.split('/').at(-1)!);
    }),
  );
}

test.each(names.filter((name) => name !== 'recipes'))(
  'the folder %s opens on WebGPU and is within 1e-4 of PyTorch',
  async (name) => {
    const place = await pagePlace('webgpu');
    const engine = new LocalEngine({ ...place, base, ...library(null, base, (url) => fetch(url)) });
    const { id } = await engine.own.examine(await folderOf(name), () => {});
    engine.own.keep(id, {});
    const { agreement, backend } = await engine.open(`own/${id}`);
    expect(backend.kind).toBe('webgpu');
    expect(agreement?.difference).toBeLessThan(1e-4);
    await engine.close(`own/${id}`);
  },
);
