import type { Ort } from './session';
import { makeQueue } from '../rpc/queue';
import { readText } from '../architectures/writing';
import type { Ask, Input, Reading, Trace } from '../trace/trace';
import type { Files } from './cache';
import { chooseBackend } from './device';
import type { Fetch } from './download';
import { Marks } from './marks';
import { loadCard, loadWeights, type Card, type Tell, type Weights } from './model';
import { openModel, type Place, type Running } from './opening';
import { Sights } from './sight/sights';
import type { OwnModels } from './own/own';
import type { DeviceReport, Opened } from './protocol';
import { remember } from './remember';

/** Milliseconds after which a model that nobody runs counts as shown. */
const patience = 30_000;

/** What an engine needs of its surroundings; a worker and Node give it different ones. */
export interface Surroundings extends Place {
  /** Address that model folders are relative to. */
  base: string;
  files: Files;
  fetcher: Fetch;
  own: OwnModels;
  /** Told once a model runs on WebGPU. */
  onDevice?(device: GPUDevice): void;
}

/**
 * Opens and runs models, one at a time in the order of the calls: the runtime keeps the weights that it is handed under their names in one
 * table, so of two models that it opens at once the first gets the second's, and two runs on WebGPU hang. `read`, `load` and `device` wait for
 * nothing. A failed load is forgotten, so that the next call tries again.
 */
export class LocalEngine {
  readonly #around: Surroundings;
  readonly #cards = new Map<string, Promise<Card>>();
  readonly #weights = new Map<string, Promise<Weights>>();
  readonly #models = new Map<string, Promise<Running>>();
  readonly #queue = makeQueue();
  /** Folders whose models were run. */
  readonly #shown = new Marks();

  /** What backbones make of pictures, for the models that read them so. */
  readonly sights: Sights;

  /** Models that the visitor brings. */
  readonly own: OwnModels;

  constructor(around: Surroundings) {
    this.#around = around;
    this.own = around.own;
    this.sights = new Sights(around);
  }

  device(): DeviceReport {
    return chooseBackend(this.#around.machine, this.#around.forced);
  }

  /** The build that has WebAssembly alone, which a model is asked about itself on. */
  wasm(): Promise<Ort> {
    return this.#around.builds.use('wasm');
  }

  /** Downloads a model's files, or takes them from the shelf, and checks them. */
  async load(folder: string, tell: Tell = () => {}): Promise<void> {
    tell({ step: 'manifest', loaded: 0, total: null });
    const { features } = (await this.#card(folder)).manifest;
    if (features) await this.sights.load(features, tell);
    await this.#files(folder, tell);
  }

  /** Opens a model on the backend that suits it; a model that is open stays as it is. */
  async open(folder: string, tell: Tell = () => {}): Promise<Opened> {
    return (await this.#queue.add(() => this.#model(folder, tell))).opened;
  }

  async read(folder: string, caption: string): Promise<Reading> {
    const card = await this.#card(folder);
    if (!card.manifest.sequence.includes('text')) return { tokens: [], truncatedAt: null };
    const { tokens, truncatedAt } = readText(caption, card);
    return { tokens, truncatedAt };
  }

  /** @throws Error of one sentence; the engine can be used on after any */
  run(folder: string, input: Input, ask: Ask): Promise<Trace> {
    return this.#queue.add(() => this.#run(folder, input, ask).finally(() => this.#shown.add(folder)));
  }

  /** Whether a picture is like the photographs of a backbone's models; see `Sights.judge`. @throws Error of one sentence */
  judge(backbone: string, input: Input): Promise<boolean | null> {
    return this.#queue.add(() => this.sights.judge(backbone, input));
  }

  /** Settles once a folder's model has been run, or after half a minute. */
  async shown(folder: string): Promise<void> {
    await this.#shown.wait(folder, patience);
  }

  close(folder: string): Promise<void> {
    return this.#queue.add(async () => {
      const model = this.#models.get(folder);
      for (const made of [this.#cards, this.#weights, this.#models, this.#shown]) made.delete(folder);
      await (await model)?.release();
    });
  }

  async #run(folder: string, input: Input, ask: Ask): Promise<Trace> {
    const card = await this.#card(folder);
    const { call, opened } = await this.#model(folder, () => {});
    const start = performance.now();
    const { features } = card.manifest;
    const before = this.sights.looks;
    const sight = features && (await this.sights.see(features, input));
    const looked = this.sights.looks > before;
    const seen = performance.now();
    const prepared = card.adapter.prepare(input, card, sight);
    const ready = performance.now();
    let inside = 0;
    const outcome = await card.adapter.run(
      prepared,
      card,
      async (...request) => {
        const from = performance.now();
        const answer = await call(...request);
        inside += performance.now() - from;
        return answer;
      },
      ask,
    );
    const timings = {
      prepare: ready - seen,
      run: inside,
      read: performance.now() - ready - inside,
      ...(features && { see: looked ? seen - start : 0 }),
    };
    const { kind, device } = opened.backend;
    return { ...outcome, timings, backend: { kind, device } };
  }

  #card(folder: string): Promise<Card> {
    const { base, files, fetcher } = this.#around;
    return remember(this.#cards, folder, () => loadCard(new URL(`${folder}/`, base).href, files, fetcher));
  }

  #files(folder: string, tell: Tell): Promise<Weights> {
    return remember(this.#weights, folder, async () =>
      loadWeights(await this.#card(folder), this.#around.files, tell),
    );
  }

  #model(folder: string, tell: Tell): Promise<Running> {
    return remember(this.#models, folder, async () => {
      const card = await this.#card(folder);
      const { features } = card.manifest;
      const files = await this.#files(folder, tell);
      const weights = features ? { ...files, sight: await this.sights.stored(features) } : files;
      const eyes = features ? await this.sights.open(features) : [];
      const model = withEyes(await openModel(card, weights, this.#around, tell), eyes);
      if (model.opened.backend.kind === 'webgpu')
        this.#around.onDevice?.(await (await this.#around.builds.use('webgpu')).env.webgpu.device);
      return model;
    });
  }
}

/** A model with what it reads pictures through: it agrees with PyTorch as little as the worst of them, and warns of the first that does. */
function withEyes(model: Running, eyes: readonly Pick<Opened, 'agreement' | 'warning'>[]): Running {
  const { opened } = model;
  const all = [opened, ...eyes];
  const agreement = opened.agreement && {
    ...opened.agreement,
    agrees: all.every((one) => one.agreement?.agrees !== false),
    difference: Math.max(...all.map((one) => one.agreement?.difference ?? 0)),
  };
  const warning = all.find((one) => one.warning)?.warning ?? null;
  return { ...model, opened: { ...opened, agreement, warning } };
}
