import type { BackendKind } from '../device';
import type { Ort } from '../session';

/** A build of the runtime: `webgpu` knows both backends; `wasm` knows WebAssembly only, is half as large and starts in half the time. */
export type Build = 'webgpu' | 'wasm';

/** Makes a build's module; its WebAssembly is fetched with its first session. */
export type Loaders = Record<Build, () => Promise<Ort>>;

/** The builds of the runtime in one worker, each loaded when it is first needed. */
export class Builds {
  readonly #loaders: Loaders;
  readonly #threads: number;
  readonly #loaded = new Map<Build, Promise<Ort>>();
  readonly #used = new Set<Build>();

  /** @param threads that WebAssembly may use */
  constructor(loaders: Loaders, threads: number) {
    this.#loaders = loaders;
    this.#threads = threads;
  }

  /** The module of a build, to make sessions with. @throws Error when it cannot be loaded; the next call tries again */
  use(build: Build): Promise<Ort> {
    this.#used.add(build);
    return this.#load(build);
  }

  /** The runtime's version. */
  async version(): Promise<string> {
    return (await this.#load('webgpu')).env.versions.web ?? '';
  }

  /** The build to try a backend in first: for WebAssembly the small one, unless the other is here already. */
  suiting(kind: BackendKind): Build {
    return kind === 'webgpu' || this.hasUsed('webgpu') ? 'webgpu' : 'wasm';
  }

  /** Whether sessions were made in a build. */
  hasUsed(build: Build): boolean {
    return this.#used.has(build);
  }

  #load(build: Build): Promise<Ort> {
    let module = this.#loaded.get(build);
    if (!module) {
      module = this.#loaders[build]().then((ort) => {
        ort.env.wasm.numThreads = this.#threads;
        return ort;
      });
      this.#loaded.set(build, module);
      module.catch(() => this.#loaded.delete(build));
    }
    return module;
  }
}
