import { photographic, shipped } from '../../src/architectures/manifest';
import { startEngine } from '../../src/runtime/client';
import { readSafetensors } from '../../src/containers/safetensors';
import { distance, floatsOf, type Said } from '../../src/runtime/trial/reference';
import { declareTrust } from '../../src/site/trust';
import { defaultCrop } from '../../src/inputs/crop';
import { decodePicture } from '../../src/state/input/picture';
import type { Ask, Input, Trace } from '../../src/trace/trace';
import { neutral } from './neutral';

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

async function load(url: string): Promise<{ input: Input; wanted: Map<string, Said> }> {
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
    wanted: new Map(
      [...tensors.keys()]
        .filter((name) => name in answers || name.startsWith('attention.'))
        .map((name) => [name, floatsOf(tensors, name)]),
    ),
  };
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

const apart = ({ outputs, attentions }: Trace, wanted: Map<string, Said>) => ({
  logits: Math.max(
    ...Object.entries(answers)
      .filter(([name]) => wanted.has(name))
      .map(([name, key]) => distance(outputs[key]?.data, wanted.get(name)!)),
  ),
  maps: Math.max(
    ...attentions.map(({ weights }, k) => {
      const said = wanted.get(`attention.${k}`);
      return said ? distance(weights?.data, said) : Infinity;
    }),
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
    // What these are given is features of a backbone, which they are compared on when they open, on the same backend as they are.
    for (const id of photographic) {
      const { agreement, backend: found, warning } = await engine.open(`zoo/${id}`);
      if (warning) throw new Error(warning);
      const difference = agreement?.difference ?? Infinity;
      cases.push({ id, kind: found.kind, logits: difference, maps: difference });
    }
    engine.cancel();
    return cases;
  },

  /**
   * Milliseconds from a photograph's file to the first maps, warm: of two models of photographs, of ViLT-mini, and of ViLT-mini on a picture that is
   * decoded and known to the engine already. `looks` counts runs for which backbone or detector looked.
   */
  async photoFirst(rounds: number, models: readonly [string, string]) {
    const engine = startEngine({ base, backend: 'wasm' });
    const photo = await decodePicture(await (await fetch(`${base}samples/photo-kitten.jpg`)).blob());
    const ask: Ask = { task: 'match', attentions: 'all' };
    const run = async (id: string, picture: Input['picture'], caption = 'a cat with a ball') =>
      engine.run(`zoo/${id}`, { picture, crop: defaultCrop(picture, 1), caption }, ask);
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    /** A photograph of 12 megapixels as cameras make them, another one each time. */
    const shoot = (at: number) => {
      const canvas = new OffscreenCanvas(4000, 3000);
      const context = canvas.getContext('2d')!;
      context.drawImage(photo.image, 0, 0, 4000, 3000);
      context.fillRect(10 * at, 10, 8, 8);
      return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    };
    const times = { photo: [] as number[], vilt: [] as number[], known: [] as number[] };
    let looks = 0;
    for (let i = -1; i < rounds; i++) {
      const file = await shoot(i + 1);
      let picture = (await decodePicture(file)).picture;
      const vilt = await timed(async () => run('vilt-mini', (await decodePicture(file)).picture));
      const known = await timed(() => run('vilt-mini', picture)).then(() =>
        timed(() => run('vilt-mini', picture)),
      );
      const traces: Trace[] = [];
      const both = await timed(async () => {
        picture = (await decodePicture(file)).picture;
        for (const id of models) traces.push(await run(id, picture));
      });
      for (const id of models) traces.push(await run(id, picture, 'a dog with a ball'));
      if (i < 0) continue;
      looks += traces.filter(({ timings }) => timings.see).length;
      times.photo.push(both);
      times.vilt.push(vilt);
      times.known.push(known);
    }
    engine.cancel();
    return { ...times, looks };
  },

  /** Times warm runs with all maps and without any, in turn, all of them open to change. Milliseconds in the runtime, reading back included. */
  async expose(backend: Backend, rounds: number) {
    const engine = startEngine({ base, backend });
    const times = [];
    for (const id of shipped) {
      const { input } = await load(storedOf(id)[0]);
      const masks = neutral(await engine.run(`zoo/${id}`, input, { task: 'match', attentions: 'all' }));
      const run = (attentions: Ask['attentions']) =>
        engine.run(`zoo/${id}`, input, { task: 'match', attentions, masks });
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
