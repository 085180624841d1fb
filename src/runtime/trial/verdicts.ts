import type { Shelf } from '../cache';
import type { BackendKind } from '../device';

/** Which backend suited a model on a machine, and why the other did not: remembered so that both are tried only once. */
export interface Verdict {
  kind: BackendKind;
  /** The end of a sentence, after "because". */
  because: string;
}

export interface Verdicts {
  find(key: string): Promise<Verdict | null>;
  keep(key: string, verdict: Verdict): Promise<void>;
}

/** Keeps verdicts on the shelf of model files: a worker has no localStorage. Without a shelf nothing is remembered. */
export function makeVerdicts(shelf: Shelf | null, base: string): Verdicts {
  const address = (key: string) => new URL(`/verdict/${encodeURIComponent(key)}`, base).href;
  return {
    async find(key) {
      const kept = await shelf?.match(address(key)).catch(() => undefined);
      return kept ? ((await kept.json()) as Verdict) : null;
    },
    async keep(key, verdict) {
      await shelf?.put(address(key), Response.json(verdict)).catch(() => {});
    },
  };
}
