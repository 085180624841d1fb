import type { Manifest } from '../../architectures/manifest';
import { photographic, shipped, stages } from '../../architectures/manifest';
import { fetchManifest } from './site';

/** The models that ship, known before any of them is opened: their manifests, a few kilobytes each, are fetched when first wanted. */
export class Catalogue {
  #manifests = $state.raw<Readonly<Record<string, Manifest>>>({});
  /** Why manifests are missing, by folder. */
  #problems = $state.raw<Readonly<Record<string, string>>>({});
  readonly #stages: Readonly<Record<string, readonly string[]>>;
  readonly #loads: Record<string, Promise<void> | undefined> = {};

  /** Folders of the picker, in its order. */
  readonly folders: readonly string[] = [...shipped, ...photographic].map((id) => `zoo/${id}`);

  constructor(known: Readonly<Record<string, readonly string[]>> = stages) {
    this.#stages = known;
  }

  /** Null until its manifest is there. */
  manifest(folder: string): Manifest | null {
    return this.#manifests[folder] ?? null;
  }
  /** Why a manifest is missing, if one is. */
  get problem(): string | null {
    return Object.values(this.#problems).at(0) ?? null;
  }

  /** The stages of training of a model that is or has one, in their order and the trained model last; none for others. */
  stagesOf(manifest: Manifest | null): readonly string[] {
    const earlier = this.#stages[manifest ? originOf(manifest) : ''];
    return manifest && earlier?.length ? [...earlier, originOf(manifest)].map((id) => `zoo/${id}`) : [];
  }

  /** Fetches what is not there yet; what fails is tried again by the next call. */
  async load(folders: readonly string[] = this.folders): Promise<void> {
    this.#problems = Object.fromEntries(
      Object.entries(this.#problems).filter(([folder]) => !folders.includes(folder)),
    );
    await Promise.all(folders.map((folder) => (this.#loads[folder] ??= this.#fetch(folder))));
  }

  async #fetch(folder: string): Promise<void> {
    try {
      const manifest = await fetchManifest(folder);
      this.#manifests = { ...this.#manifests, [folder]: manifest };
    } catch (error) {
      delete this.#loads[folder];
      this.#problems = {
        ...this.#problems,
        [folder]: error instanceof Error ? error.message : String(error),
      };
    }
  }
}

/** The model that a stage of training became; its own id for any other model. */
export function originOf({ id, training }: Manifest): string {
  return training?.of ?? id;
}
