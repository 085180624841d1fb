import type { Manifest } from '../architectures/manifest';
import type { Interview } from '../architectures/found/interview';
import type { Answers, Proposal } from '../architectures/found/proposal';
import type { Ask, Backend, Input, Picture, Reading, Trace } from '../trace/trace';

/** What the machine offers and what was chosen; `reason` is one sentence for the badge. */
export interface DeviceReport extends Backend {
  reason: string;
  isolated: boolean;
  threads: number;
}

/**
 * Progress of opening a model, or of reading a visitor's files. Bytes while downloading, reading and storing; `total` is null when unknown.
 */
export interface Progress {
  step:
    | 'manifest'
    | 'download'
    | 'verify'
    | 'session'
    | 'reference'
    | 'probe'
    | 'read'
    | 'inspect'
    | 'interview'
    | 'store';
  loaded: number;
  total: number | null;
}

/** Outcome of running the stored reference when a model is opened. */
export interface Agreement {
  /** Largest absolute difference from PyTorch over logits and attention weights. */
  difference: number;
  agrees: boolean;
  /** Milliseconds of the first run of the reference, or of a second one where two backends were compared. */
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

/** What was found in a visitor's files: plain data, for the page. */
export interface Examined {
  /** First 16 digits of the sha256 of its model files; "own/" and this is its folder. */
  id: string;
  name: string;
  /** Bytes of its graphs and weights. */
  bytes: number;
  proposal: Proposal;
  /** What was answered when the same files were opened before. */
  answers: Answers;
  /** Names of files that came along and are not needed. */
  ignored: string[];
  /** Where its files were fetched, at which commit and under which licence; null where the visitor has them from elsewhere. */
  source: string | null;
  /** What the model said of itself; a sentence where it was not to be asked, null where it was not asked yet. */
  interview: Interview | string | null;
}

/** What a new engine has to be told: a worker knows neither the page's address nor its query. */
export interface Start {
  /** Address of the page, which model folders are relative to. */
  base: string;
  /** The backend that the page's address asks for. */
  backend: Backend['kind'] | null;
  /** Threads that WebAssembly may use at most; null for what suits the machine. */
  threads?: number | null;
  /** The lock that the worker holds while it lives; null where there are no locks. */
  lifeline?: string | null;
}

/** What a run is given: pictures by their number, since a photograph is copied to the worker once and not at every run. */
export type Given = Omit<Input, 'picture' | 'second'> & {
  picture: number;
  second?: Omit<NonNullable<Input['second']>, 'picture'> & { picture: number };
};

/** Pictures that a worker holds; of more the one given first is forgotten. */
export const held = 3;

/** The engine's requests. `folder` is the address of a manifest's folder, such as "zoo/vilt-mini". */
export interface EngineCalls {
  start(options: Start): DeviceReport;
  /** Downloads what `open` needs; may overlap with anything. */
  load(folder: string): void;
  open(folder: string): Opened;
  read(folder: string, caption: string): Reading;
  /** Gives a picture a number. */
  show(number: number, picture: Picture): void;
  /** Says whether a picture is like the photographs of a backbone's models. */
  judge(backbone: string, input: Given): boolean | null;
  run(folder: string, input: Given, ask: Ask): Trace;
  close(folder: string): void;
  /** Says what model some files are; see `OwnModels`. */
  examine(files: readonly File[], folder: string | null): Examined;
  /** Asks an examined model about itself by a few runs; see `interview`. What it says is in the proposal then. */
  interview(id: string): Examined;
  /** Makes an examined model one that can be opened; one that was open under other answers is closed. */
  keep(id: string, answers: Answers): Manifest;
  /** Writes such a model to the browser's disk, once it has been run; says whether it will be there at the next visit. */
  store(id: string): boolean;
}

/** What the engine tells unasked. */
export type EngineNews =
  /** The GPU is gone, and with it every session on it. */
  | { kind: 'lost'; sentence: string }
  /** Whether a thread of WebAssembly is waited for; see `watchThreads`. */
  | { kind: 'threads'; waiting: boolean };
