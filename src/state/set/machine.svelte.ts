import type { DeviceReport, Engine } from '../../runtime/client';

/** The engine as the page keeps it: started when first wanted, started again after a failure, and heard when it is in trouble. */
export class Machine {
  #device = $state.raw<DeviceReport | null>(null);
  #notice = $state<string | null>(null);
  #stalled = $state<number | null>(null);
  readonly #start: () => Engine;
  readonly #onrestart: () => void;
  #engine: Promise<Engine> | null = null;

  /** @param onrestart the engine was restarted: its models have to be opened again */
  constructor(start: () => Engine, onrestart: () => void) {
    this.#start = start;
    this.#onrestart = onrestart;
  }

  /** Null until the engine has answered. */
  get device(): DeviceReport | null {
    return this.#device;
  }
  /** One sentence, e.g. that the engine was restarted. */
  get notice(): string | null {
    return this.#notice;
  }
  /** Seconds after which the visitor should be asked whether a run is to go on; else null. */
  get stalled(): number | null {
    return this.#stalled;
  }

  /** @throws what keeps the engine from starting; the next call tries again */
  async ready(): Promise<Engine> {
    this.#engine ??= this.#begin();
    try {
      return await this.#engine;
    } catch (error) {
      this.#engine = null;
      throw error;
    }
  }

  get started(): boolean {
    return this.#engine !== null;
  }

  /** Asks again what runs the models: an engine that was restarted may have lost its GPU. */
  async look(): Promise<void> {
    const engine = await this.ready();
    this.#device = await engine.device().catch(() => this.#device);
  }

  async cancel(): Promise<void> {
    this.#stalled = null;
    (await this.ready()).cancel();
  }

  /** Goes on waiting for a long run. */
  wait(): void {
    this.#stalled = null;
  }

  dismiss(): void {
    this.#notice = null;
  }

  async #begin(): Promise<Engine> {
    const engine = this.#start();
    engine.onStall((seconds) => (this.#stalled = seconds));
    engine.onRestart((sentence) => {
      this.#notice = sentence;
      this.#stalled = null;
      this.#onrestart();
    });
    this.#device = await engine.device();
    return engine;
  }
}
