import type { Ablations } from './cause/ablations.svelte';
import type { Inference } from './inference.svelte';
import type { Workspace } from './input/workspace.svelte';
import type { Lens } from './lens/lens.svelte';
import { forgetHeads } from './lens/reselect';
import type { Imports } from './own/imports.svelte';
import type { Library } from './own/library.svelte';
import { Beside } from './panel/beside.svelte';
import type { Panel } from './panel/panel.svelte';
import { adoptRecording, fetchRecording } from './panel/recordings';
import { originOf } from './set/catalogue.svelte';
import type { Catalogue } from './set/catalogue.svelte';

/** What of a session models are chosen from, and what changes with them. */
interface Session {
  catalogue: Catalogue;
  library: Library;
  imports: Imports;
  workspace: Workspace;
  /** By slot. */
  lenses: readonly Lens[];
  ablations: Ablations;
  inference: Inference;
}

/** The models that are compared: which stand beside each other, and what happens when one takes another's place. */
export class Comparison extends Beside {
  readonly #session: Session;

  constructor(all: readonly Panel[], session: Session) {
    super(all);
    this.#session = session;
  }

  /** Puts another model into a panel; another stage of the same model's training keeps the head that is shown and what is off. */
  async choose(panel: Panel, folder: string): Promise<void> {
    const { catalogue, library, imports, workspace, lenses, ablations, inference } = this.#session;
    const before = panel.manifest && originOf(panel.manifest);
    const stage = catalogue.stagesOf(panel.manifest).includes(folder);
    const known = library.get(folder) ?? catalogue.manifest(folder);
    ablations.each[panel.slot][stage ? 'carry' : 'restart']();
    await panel.choose(folder, imports.get(folder), known, stage);
    if (!panel.manifest || originOf(panel.manifest) !== before) forgetHeads(lenses[panel.slot]);
    const { sample } = workspace;
    if (sample) await adoptRecording(panel, sample, fetchRecording(sample, folder), workspace);
    await inference.runPanel(panel);
    inference.keepWord();
  }

  /** Puts one more model beside the others: the first that ships and is not there yet. */
  async bring(): Promise<void> {
    const { folders } = this.#session.catalogue;
    const shown = this.open.map(({ folder }) => folder);
    const panel = this.add();
    if (panel) await this.choose(panel, folders.find((folder) => !shown.includes(folder)) ?? folders[0]);
  }

  /** Takes a model away; the last one stays. */
  override remove(panel: Panel): boolean {
    if (!super.remove(panel)) return false;
    this.#session.ablations.each[panel.slot].restart();
    forgetHeads(this.#session.lenses[panel.slot]);
    return true;
  }
}
