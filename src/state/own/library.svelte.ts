import type { Manifest } from '../../architectures/manifest';
import { arrivalKey, disownModel, ownedModels } from '../../runtime/client';
import type { Engine } from '../../runtime/client';
import { OwnSheet } from './ownsheet.svelte';

/** Models that the visitor brought to this browser, and the sheet on which another is looked at. */
export class Library {
  #models = $state.raw<readonly Manifest[]>([]);
  /** Models that are not on the browser's disk, by id: not yet, or because it had no room. They are there until the page is closed. */
  #passing = $state.raw<Readonly<Record<string, 'writing' | 'no room'>>>({});
  readonly #engine: () => Promise<Engine>;
  readonly #show: (folder: string, slot: number) => void;
  readonly sheet: OwnSheet;

  /** @param show puts a model into a panel */
  constructor(engine: () => Promise<Engine>, show: (folder: string, slot: number) => void) {
    this.#engine = engine;
    this.#show = show;
    this.sheet = new OwnSheet(engine, (manifest, slot) => void this.#add(manifest, slot));
  }

  /** For the picker, in the order of their arrival. */
  get entries(): readonly { folder: string; name: string; note: string }[] {
    return this.#models.map(({ id, name, interaction }) => ({
      folder: `own/${id}`,
      name,
      note: interaction,
    }));
  }

  get models(): readonly Manifest[] {
    return this.#models;
  }

  /** Why a model would not be here at the next visit; null when it will be. */
  passing({ id }: Manifest): 'writing' | 'no room' | null {
    return this.#passing[id] ?? null;
  }

  get(folder: string): Manifest | null {
    return this.#models.find(({ id }) => folder === `own/${id}`) ?? null;
  }

  /** Finds what earlier visits left here, and what the visitor brings from the page that reads the Hub. */
  async load(): Promise<void> {
    void this.#arrive();
    const owned = await ownedModels(location.href);
    const ids = owned.map(({ id }) => id);
    this.#models = [...owned, ...this.#models.filter(({ id }) => !ids.includes(id))];
  }

  async #arrive(): Promise<void> {
    const folder = sessionStorage.getItem(arrivalKey);
    if (folder === null) return;
    sessionStorage.removeItem(arrivalKey);
    await this.sheet.takeHeld(folder);
  }

  show({ id }: Manifest, slot: number): void {
    this.sheet.close();
    this.#show(`own/${id}`, slot);
  }

  /** Takes a model out of this browser; a panel that shows it goes on until the page is closed. */
  async remove({ id }: Manifest): Promise<void> {
    await disownModel(location.href, id);
    this.#models = this.#models.filter((model) => model.id !== id);
  }

  async #add(manifest: Manifest, slot: number): Promise<void> {
    const { id } = manifest;
    this.#passing = { ...this.#passing, [id]: 'writing' };
    this.#models = [...this.#models.filter((other) => other.id !== id), manifest];
    this.#show(`own/${id}`, slot);
    const kept = await (await this.#engine()).store(id).catch(() => false);
    const others = Object.entries(this.#passing).filter(([other]) => other !== id);
    this.#passing = Object.fromEntries(kept ? others : [...others, [id, 'no room'] as const]);
  }
}
