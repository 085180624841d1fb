import { shipped } from '../../src/architectures/manifest';
import { startEngine } from '../../src/runtime/client';
import { readSafetensors } from '../../src/containers/safetensors';
import { declareTrust } from '../../src/site/trust';
import type { Ask, Input, Trace } from '../../src/trace/trace';

declareTrust();

type Backend = 'webgpu' | 'wasm';

const base = new URL('../../', location.href).href;
const oracles = import.meta.glob<string>('../oracle/*-[12].safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Addresses of a model's stored inputs with PyTorch's answers: the one that it ships with, then the tests'. */
const storedOf = (id: string) => [
  `${base}zoo/${id}/reference.safetensors`,
  ...Object.entries(oracles).flatMap(([path, url]) => (path.includes(`/${id}-`) ? url : [])),
];

async function load(url: string): Promise<{ input: Input; wanted: Map<string, ArrayLike<number>> }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`expected ${url}, got status ${response.status}`);
  const { tensors, metadata } = readSafetensors(new Uint8Array(await response.arrayBuffer()));
  const pixels = tensors.get('pixels');
  if (!pixels) throw new Error(`expected pixels in ${url}, found none`);
  const [height, width] = pixels.dims;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) data[i * 4 + c] = Number(pixels.data[i * 3 + c]);
  return {
    input: { picture: { width, height, data }, crop: [0, 0, 1, 1], caption: metadata.caption },
    wanted: new Map([...tensors].map(([name, tensor]) => [name, tensor.data as ArrayLike<number>])),
  };
}

/** Largest absolute difference; infinite when lengths differ or a number is missing. */
function distance(got: ArrayLike<number> | undefined, wanted: ArrayLike<number> | undefined): number {
  if (!got || got.length !== wanted?.length) return Infinity;
  let most = 0;
  for (let i = 0; i < got.length; i++) {
    const apart = Math.abs(got[i] - wanted[i]);
    if (!(apart <= most)) most = Number.isNaN(apart) ? Infinity : apart;
  }
  return most;
}

/** What PyTorch's answers are called in its files, and in a trace. */
const answers = {
  match_logit: 'match',
  mask_logits: 'mask',
  answer_logits: 'answer',
  text_features: 'text',
  image_features: 'image',
};

/** Asks for every answer that PyTorch gave. */
const everything = (wanted: Map<string, unknown>): Ask => ({
  task: wanted.has('text_features') ? 'embed' : 'mask',
  attentions: 'all',
});

const apart = ({ outputs, attentions }: Trace, wanted: Map<string, ArrayLike<number>>) => ({
  logits: Math.max(
    ...Object.entries(answers)
      .filter(([name]) => wanted.has(name))
      .map(([name, key]) => distance(outputs[key]?.data, wanted.get(name))),
  ),
  maps: Math.max(
    ...attentions.map(({ weights }, k) => distance(weights?.data, wanted.get(`attention.${k}`))),
  ),
});

const bench = {
  /** Runs every stored input of every model from picture and caption on, and compares with PyTorch. */
  async parity(backend: Backend) {
    const engine = startEngine({ base, backend });
    const cases = [];
    for (const id of shipped)
      for (const url of storedOf(id)) {
        const { input, wanted } = await load(url);
        const trace = await engine.run(`zoo/${id}`, input, everything(wanted));
        cases.push({ id, kind: trace.backend?.kind ?? '', ...apart(trace, wanted) });
      }
    engine.cancel();
    return cases;
  },

  /** Times warm runs with all maps and without any, in turn. Milliseconds in the runtime, reading back included. */
  async expose(backend: Backend, rounds: number) {
    const engine = startEngine({ base, backend });
    const times = [];
    for (const id of shipped) {
      const { input } = await load(storedOf(id)[0]);
      const run = (attentions: Ask['attentions']) =>
        engine.run(`zoo/${id}`, input, { task: 'match', attentions });
      for (let i = 0; i < 3; i++) for (const attentions of ['all', 'none'] as const) await run(attentions);
      const all: number[] = [];
      const none: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const bare = (await run('none')).timings;
        const full = (await run('all')).timings;
        none.push(bare.run + bare.read);
        all.push(full.run + full.read);
      }
      times.push({ id, all, none });
    }
    engine.cancel();
    return times;
  },

  /** An engine that stays, for figures that watch its worker between runs. */
  stay(backend: Backend) {
    const engine = startEngine({ base, backend });
    return async (id: string, attentions: Ask['attentions']) => {
      const { input } = await load(storedOf(id)[0]);
      await engine.run(`zoo/${id}`, input, { task: 'match', attentions });
    };
  },
  shipped,
};

declare global {
  interface Window {
    bench: typeof bench;
    staying?: ReturnType<typeof bench.stay>;
  }
}
window.bench = bench;
