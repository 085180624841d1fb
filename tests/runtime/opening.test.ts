import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Builds, type Build } from '../../src/runtime/trial/builds';
import { makeFiles } from '../../src/runtime/cache';
import type { BackendKind } from '../../src/runtime/device';
import { loadCard, loadWeights, type Card, type Weights } from '../../src/runtime/model';
import { openModel, type Place } from '../../src/runtime/opening';
import type { Ort } from '../../src/runtime/session';
import { makeVerdicts } from '../../src/runtime/trial/verdicts';
import { nodeLoaders, nodePlace } from './node';
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

/** Changes what sessions of a backend, or of a build of the runtime, answer. */
type Spoil = (session: Session, build: Build, backend: string) => Session;

/**
 * A machine of which Node has but a part: "WebGPU" sessions, and those of the runtime's large build, are WebAssembly's of the small one, changed
 * by `spoil`. Notes where sessions were made.
 */
function madePlace(spoil: Spoil, hasGpu: boolean, forced: BackendKind | null = null) {
  const tried: string[] = [];
  const load = async (build: Build): Promise<Ort> => {
    const ort = await nodeLoaders[build]();
    const create: Create = async (bytes, options) => {
      const [backend] = options.executionProviders;
      tried.push(`${backend} in ${build}`);
      const session = await ort.InferenceSession.create(bytes, { ...options, executionProviders: ['wasm'] });
      return spoil(session, build, backend);
    };
    return { ...ort, InferenceSession: { create } as Ort['InferenceSession'] };
  };
  const { machine } = nodePlace(site.base);
  const place: Place = {
    builds: new Builds({ webgpu: () => load('webgpu'), wasm: () => load('wasm') }, 1),
    machine: hasGpu ? { ...machine, gpu: { name: 'Example GPU', fallback: false } } : machine,
    forced,
    verdicts: makeVerdicts(memoryShelf(), site.base),
  };
  return { place, tried };
}

const gpuPlace = (spoil: (session: Session) => Session, forced: BackendKind | null = null) =>
  madePlace((session, _, backend) => (backend === 'webgpu' ? spoil(session) : session), true, forced);

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

  test('a large build that has no operation for a model: the small one, though the other was used already', async () => {
    const { place, tried } = madePlace((session, build) => {
      if (build === 'webgpu') throw new Error('no such kernel');
      return session;
    }, true);
    const { opened } = await open(place);
    expect(opened).toMatchObject({ backend: { kind: 'wasm' }, agreement: { agrees: true } });
    expect(opened.warning).toContain('WebGPU could not run ViLT-mini (no such kernel)');
    expect(tried).toEqual(['webgpu in webgpu', 'wasm in webgpu', 'wasm in wasm']);
  });

  test('WebGPU that is wrong: WebAssembly, a warning, and remembered', async () => {
    const { place, tried } = gpuPlace(changed((data) => void (data[3] += 0.3)));
    const { opened } = await open(place);
    expect(opened.backend.reason).toBe(
      'WebAssembly, because WebGPU’s answer to a stored input differs from PyTorch by 3e-1.',
    );
    expect(opened.warning).toBe(
      'On WebGPU ViLT-mini differs from PyTorch by 3e-1, so it runs on WebAssembly.',
    );
    tried.length = 0;
    const again = await open(place);
    expect(again.opened.backend.reason).toBe(opened.backend.reason);
    expect(tried).toEqual(['wasm in webgpu']);
  });

  test('WebGPU that is slow: WebAssembly without a warning', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 400));
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
      'On WebGPU this model gives no number where PyTorch gives one: do not trust what it shows.',
    );
    expect(tried).toEqual(['webgpu in webgpu']);
  });

  test('a model without a reference is opened, and nothing is claimed of it', async () => {
    const { opened } = await open(nodePlace(site.base), { ...weights, reference: null });
    expect(opened).toMatchObject({ agreement: null, warning: null });
  });

  test('without WebGPU the small build is enough, and the large one is never loaded', async () => {
    const { place, tried } = madePlace((session) => session, false);
    const { opened } = await open(place);
    expect(opened).toMatchObject({ warning: null, agreement: { agrees: true } });
    expect(tried).toEqual(['wasm in wasm']);
  });

  test('a build that is wrong: the other, and why', async () => {
    const wrong = changed((data) => void data.fill(NaN));
    const { place, tried } = madePlace(
      (session, build) => (build === 'wasm' ? wrong(session) : session),
      false,
    );
    const { opened } = await open(place);
    expect(opened.agreement?.agrees).toBe(true);
    expect(opened.backend).toMatchObject({
      kind: 'wasm',
      reason:
        'WebAssembly, because Node has no WebGPU; in the runtime’s large build, because the other gives no number where PyTorch gives one.',
    });
    expect(opened.warning).toContain('ViLT-mini runs in another way than planned: WebAssembly, because');
    expect(tried).toEqual(['wasm in wasm', 'wasm in webgpu']);
  });

  test('both builds wrong: WebGPU, though it is only emulated', async () => {
    const wrong = changed((data) => void (data[3] += 0.3));
    const { place } = madePlace(
      (session, _, backend) => (backend === 'wasm' ? wrong(session) : session),
      true,
    );
    place.machine.gpu = { name: 'Example emulation', fallback: true };
    const { opened } = await open(place);
    expect(opened.backend).toMatchObject({ kind: 'webgpu', device: 'Example emulation' });
    expect(opened.backend.reason).toBe(
      'WebGPU, because WebAssembly (the runtime’s small build) differs from PyTorch by 3e-1.',
    );
    expect(opened.agreement?.agrees).toBe(true);
  });

  test('wrong everywhere: every way was tried before it is said', async () => {
    const { place, tried } = madePlace(
      changed((data) => void (data[3] += 0.3)),
      true,
    );
    const { opened } = await open(place);
    expect(opened.agreement?.agrees).toBe(false);
    expect(opened.warning).toBe(
      'On WebAssembly this model differs from PyTorch by 3e-1, and no other way to run it here does better: do not trust what it shows.',
    );
    expect(tried).toEqual(['webgpu in webgpu', 'wasm in webgpu', 'wasm in wasm']);
  });
});
