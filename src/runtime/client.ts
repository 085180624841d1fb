import type { Ask, Input, Reading, Trace } from '../trace/trace';
import type { DeviceReport, Opened, Progress } from './protocol';

export type { Agreement, DeviceReport, Opened, Progress } from './protocol';

/** A request that a newer one of the same kind replaced, or that the visitor cancelled. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/** The engine as the page sees it. All requests run strictly one after another in one worker. */
export interface Engine {
  device(): Promise<DeviceReport>;
  /** Downloads (or takes from the cache), verifies and opens the model in `folder`, e.g. "zoo/vilt-mini". Idempotent. */
  open(folder: string, progress?: (progress: Progress) => void): Promise<Opened>;
  /** Tokens of a caption as the model sees them; needs no session and does not wait for running models. */
  read(folder: string, caption: string): Promise<Reading>;
  /**
   * Runs the model. While a request is running only the newest waiting one of the same `lane` is kept (default: the folder and task);
   * the others reject with `Superseded`.
   */
  run(folder: string, input: Input, ask: Ask, lane?: string): Promise<Trace>;
  /** Stops what runs by ending the worker; a new one starts at the next request, with models from the cache. */
  cancel(): void;
  /** Told when the worker was restarted: lost device, crash, or a hang. `sentence` says why. */
  onRestart(listener: (sentence: string) => void): void;
  /** Told when a run takes so long that the visitor should be asked; answer by `cancel()` or by doing nothing. */
  onStall(listener: (seconds: number) => void): void;
}
