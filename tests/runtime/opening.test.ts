import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFiles } from '../../src/runtime/cache';
import type { BackendKind } from '../../src/runtime/device';
import { loadCard, loadWeights, type Card, type Weights } from '../../src/runtime/model';
import { openModel, type Place } from '../../src/runtime/opening';
import type { Ort } from '../../src/runtime/session';
import { makeVerdicts } from '../../src/runtime/verdicts';
import { nodePlace } from './node';
import { serveModels } from './serve';
import { memoryShelf } from './shelf';

type Session = Awaited<ReturnType<Ort['InferenceSession']['create']>>;
type Create = (bytes: Uint8Array, options: { executionProviders: string[] }) => Promise<Session>;

let site: Awaited<ReturnType<typeof serveModels>>;
let card: Card;
let weights: Weights;
beforeAll(async () => {
  site = await serveModels();
  const fetcher = (url: string) => fetch(url);
  const files = makeFiles(null, fetcher);
  card = await loadCard(`${site.base}zoo/vilt-mini/`, files, fetcher);
  weights = await loadWeights(card, files, () => {});
});
afterAll(() => site.close());

/** Node has no GPU: a machine whose "WebGPU" sessions are WebAssembly's, changed by `spoil`. Notes where sessions were made. */
function gpuPlace(spoil: (session: Session) => Session, forced: BackendKind | null = null) {
  const place = nodePlace(site.base);
  const tried: string[] = [];
  const create: Create = async (bytes, options) => {
    tried.push(...options.executionProviders);
    const session = await place.ort.InferenceSession.create(bytes, {
      ...options,
      executionProviders: ['wasm'],
    });
    return options.executionProviders[0] === 'webgpu' ? spoil(session) : session;
  };
  const gpu: Place = {
    ort: { ...place.ort, InferenceSession: { create } as Ort['InferenceSession'] },
    machine: { ...place.machine, gpu: { name: 'Example GPU', fallback: false } },
    forced,
    verdicts: makeVerdicts(memoryShelf(), site.base),
  };
  return { place: gpu, tried };
}

/** A session whose answers are changed on their way out. */
const changed = (change: (data: Float32Array) => void | Promise<void>) => (session: Session) =>
  new Proxy(session, {
    get: (target, name) => {
      if (name !== 'run') return Reflect.get(target, name, target) as unknown;
      return async (...args: Parameters<Session['run']>) => {
        const answers = await target.run(...args);
        for (const { data } of Object.values(answers)) await change(data as Float32Array);
        return answers;
      };
    },
  });

const open = (place: Place, files = weights) => openModel(card, files, place, () => {});

describe('opening a model', () => {
  test('WebGPU that fails: WebAssembly, a warning, and why', async () => {
    const { place } = gpuPlace(() => {
      throw new Error('no such kernel');
    });
    const { opened } = await open(place);
    expect(opened.backend.reason).toBe('WebAssembly, because WebGPU could not run this model.');
    expect(opened.warning).toBe(
      'WebGPU could not run ViLT-mini (no such kernel), so it runs on WebAssembly.',
    );
    expect(opened.agreement?.agrees).toBe(true);
  });

  test('WebGPU that is wrong: WebAssembly, a warning, and remembered', async () => {
    const { place, tried } = gpuPlace(changed((data) => void (data[3] += 0.3)));
    const { opened } = await open(place);
    expect(opened.backend.reason).toBe(
      'WebAssembly, because WebGPU’s answer to a stored input differs by 3e-1.',
    );
    expect(opened.warning).toBe(
      'On WebGPU ViLT-mini differs from PyTorch by 3e-1, so it runs on WebAssembly.',
    );
    tried.length = 0;
    const again = await open(place);
    expect(again.opened.backend.reason).toBe(opened.backend.reason);
    expect(tried).toEqual(['wasm']);
  });

  test('WebGPU that is slow: WebAssembly without a warning', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 2000));
    const { opened } = await open(gpuPlace(changed(slow)).place);
    expect(opened.backend.reason).toMatch(
      /^WebAssembly, because it answers a stored input in \d+ ms, WebGPU in \d+ ms\.$/,
    );
    expect(opened.warning).toBeNull();
  });

  test('WebGPU by request is kept though it is wrong, with a warning', async () => {
    const { place, tried } = gpuPlace(
      changed((data) => void data.fill(NaN)),
      'webgpu',
    );
    const { opened } = await open(place);
    expect(opened.backend.reason).toBe('WebGPU, because the address asks for it.');
    expect(opened.warning).toBe(
      'On WebGPU this model differs from PyTorch by Infinity: do not trust what it shows.',
    );
    expect(tried).toEqual(['webgpu']);
  });

  test('a model without a reference is opened, and nothing is claimed of it', async () => {
    const { opened } = await open(nodePlace(site.base), { ...weights, reference: null });
    expect(opened).toMatchObject({ agreement: null, warning: null });
  });
});
