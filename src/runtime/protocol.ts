import type { Manifest } from '../architectures/manifest';
import type { Ask, Backend, Input, Reading, Trace } from '../trace/trace';

/** What the machine offers and what was chosen; `reason` is one sentence for the badge. */
export interface DeviceReport extends Backend {
  reason: string;
  isolated: boolean;
  threads: number;
}

/** Progress of opening a model. Bytes while downloading; `total` is null when unknown. */
export interface Progress {
  step: 'manifest' | 'download' | 'verify' | 'session' | 'reference';
  loaded: number;
  total: number | null;
}

/** Outcome of running the stored reference when a model is opened. */
export interface Agreement {
  /** Largest absolute difference from PyTorch over logits and attention weights. */
  difference: number;
  agrees: boolean;
  /** Milliseconds of the warm reference run. */
  milliseconds: number;
}

/** A model that is ready to run. */
export interface Opened {
  manifest: Manifest;
  backend: DeviceReport;
  agreement: Agreement | null;
  /** Set when the model runs elsewhere than first chosen, or disagrees with its reference: one sentence. */
  warning: string | null;
}

/** The engine's requests. `model` is an address of a manifest folder, such as "zoo/vilt-mini". */
export interface EngineCalls {
  device(): DeviceReport;
  open(model: string): Opened;
  read(model: string, caption: string): Reading;
  run(model: string, input: Input, ask: Ask): Trace;
  close(model: string): void;
}
