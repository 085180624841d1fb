import type { DeviceReport, Engine, Opened } from '../../src/runtime/client';
import { fetchManifest } from '../../src/state/set/site';
import type { Ask, Input, Reading, Trace } from '../../src/trace/trace';

const device: DeviceReport = {
  kind: 'wasm',
  device: '2 threads',
  reason: 'WebAssembly, because the test says so.',
  isolated: true,
  threads: 2,
};

/** A run that the test settles when it likes. */
export interface Pending {
  folder: string;
  input: Input;
  ask: Ask;
  lane: string | undefined;
  resolve: (trace?: Trace) => void;
  reject: (error: unknown) => void;
}

/** An engine whose runs wait for the test, so that they can be settled in the wrong order. */
export interface HeldEngine extends Engine {
  pending: Pending[];
  cancelled: number;
  restart: (sentence: string) => void;
  stall: (seconds: number) => void;
  /** Thrown by the next `open`. */
  refusal: Error | null;
}

export function makeTrace(model: string, caption: string, match = 0): Trace {
  return {
    model,
    caption,
    tokens: readWords(caption).tokens,
    attentions: [],
    outputs: { match: { dims: [1], data: new Float32Array([match]) } },
    guesses: [],
    truncatedAt: null,
    timings: { prepare: 1, run: 2, read: 1 },
    backend: device,
  };
}

/** One token a word, between [CLS] and [SEP]. */
function readWords(caption: string): Reading {
  const words = [...caption.matchAll(/\S+/gu)].map((match, word) => ({
    stream: 'text' as const,
    role: 'word' as const,
    text: match[0],
    word,
    span: [match.index, match.index + match[0].length] as const,
  }));
  const special = (role: 'cls' | 'sep') => ({
    stream: 'text' as const,
    role,
    text: `[${role.toUpperCase()}]`,
  });
  return { tokens: [special('cls'), ...words, special('sep')], truncatedAt: null };
}

export function makeEngine(): HeldEngine {
  let tellRestart: (sentence: string) => void = () => {};
  let tellStall: (seconds: number) => void = () => {};
  const engine: HeldEngine = {
    pending: [],
    cancelled: 0,
    refusal: null,
    restart: (sentence) => tellRestart(sentence),
    stall: (seconds) => tellStall(seconds),
    device: () => Promise.resolve(device),
    judge: () => Promise.resolve(null),
    async open(folder): Promise<Opened> {
      if (engine.refusal) {
        const { refusal } = engine;
        engine.refusal = null;
        throw refusal;
      }
      return { manifest: await fetchManifest(folder), backend: device, agreement: null, warning: null };
    },
    read: (_, caption) => Promise.resolve(readWords(caption)),
    run: (folder, input, ask, lane) =>
      new Promise<Trace>((resolve, reject) => {
        const trace = makeTrace(folder, input.caption);
        engine.pending.push({ folder, input, ask, lane, resolve: (other = trace) => resolve(other), reject });
      }),
    examine: () => Promise.reject(new Error('this engine reads no files')),
    interview: () => Promise.reject(new Error('this engine asks no models')),
    keep: () => Promise.reject(new Error('this engine keeps no models')),
    store: () => Promise.resolve(true),
    cancel: () => (engine.cancelled += 1),
    onRestart: (listener) => (tellRestart = listener),
    onStall: (listener) => (tellStall = listener),
  };
  return engine;
}
