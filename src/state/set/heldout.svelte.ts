import * as v from 'valibot';
import type { Manifest } from '../../architectures/manifest';
import { fetchFile } from './site';

const shares = v.array(v.number());
const way = v.object({
  chance: v.number(),
  centre: v.optional(v.number()),
  ceiling: v.optional(v.number()),
  candidates: v.number(),
  modules: v.record(v.string(), v.object({ value: shares, specificity: v.optional(shares) })),
});
const entry = v.object({
  sha256: v.string(),
  world: v.picklist(['composed scenes', 'photographs']),
  pictures: v.number(),
  naming: way,
  pointing: way,
});
const file = v.record(v.string(), entry);

/**
 * What every head of a model was measured to do on held-out pictures of its world: shares of hits by attention module, in the order of its
 * heads, with the share that chance would give. Of pointing also the hits on the named object minus those on the others, what the middle of
 * the picture hits, and for models of regions the share of phrases that some region fits.
 */
export type HeldOutHeads = v.InferOutput<typeof entry>;

/** Heads of the models that ship, as models/zoo/report.json and photos.json have them; fetched when first asked for. */
export class HeldOut {
  #entries = $state.raw<Readonly<Record<string, HeldOutHeads>>>({});
  #sentence = $state<string | null>(null);
  #loading: Promise<void> | null = null;

  /** Why there are none; null while nothing is amiss. */
  get sentence(): string | null {
    return this.#sentence;
  }

  /** Fetches the file, once; a failure is told in `sentence` and tried again at the next call. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<void> {
    try {
      const response = await fetchFile('zoo/heads.json');
      this.#entries = v.parse(file, await response.json());
      this.#sentence = null;
    } catch (error) {
      this.#loading = null;
      this.#sentence = `Held-out figures: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Of a model, by its files: null for one that was not measured, and where the figures are of other files. */
  of(manifest: Manifest | null): HeldOutHeads | null {
    if (!manifest) return null;
    const found = this.#entries[manifest.id];
    const identity = Object.values(manifest.graphs).map(({ sha256 }) => sha256);
    return found?.sha256 === identity.join('-') ? found : null;
  }
}
