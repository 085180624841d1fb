import type { Box } from '../trace/trace';
import type { Contact } from './contact.svelte';
import type { Inference } from './inference.svelte';
import { editedWord } from './input/samples';
import type { Sample } from './input/samples';
import type { Workspace } from './input/workspace.svelte';
import type { Keeping } from './keep/keeping.svelte';
import type { Selection } from './lens/selection.svelte';
import type { Panel } from './panel/panel.svelte';
import { adoptRecording, fetchRecording } from './panel/recordings';
import type { Machine } from './set/machine.svelte';

/** What of a session hears of what is given. */
interface Session {
  workspace: Workspace;
  selection: Selection;
  keeping: Keeping;
  machine: Machine;
  contact: Contact;
  inference: Inference;
  panels: readonly Panel[];
  /** Whether everything that the address holds is on the page. */
  opened: boolean;
}

/** What the visitor gives to the models: a sample, a picture and its crop, a caption and its foil. */
export class Giving {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** As `Playground.chooseSample`. */
  async sample(sample: Sample, words?: { caption?: string | null; foil?: string | null }): Promise<void> {
    const { workspace, selection, inference, machine, contact, panels } = this.#session;
    inference.drop();
    const recordings = panels.map((panel) => fetchRecording(sample, panel.folder));
    if (!(await workspace.chooseSample(sample, words))) return;
    this.#outdate();
    selection.selectWord(editedWord(workspace.caption, workspace.foil));
    const asWritten = workspace.caption === sample.caption && workspace.foil === sample.foil;
    const live = machine.started ? inference.run() : null;
    if (asWritten)
      await Promise.all(
        this.#session.panels.map((panel, place) =>
          adoptRecording(panel, sample, recordings[place], workspace),
        ),
      );
    await Promise.all([live, (this.#session.opened ? live : !words) && contact.meet()]);
  }

  async picture(file: Blob): Promise<void> {
    const { inference, contact } = this.#session;
    if (await this.take(file)) await Promise.all([inference.run(), contact.meet()]);
  }

  /** As `picture`, but runs nothing yet. @returns false when it was refused or a later choice overtook it */
  async take(file: Blob): Promise<boolean> {
    const { workspace, keeping, inference } = this.#session;
    inference.drop();
    if (!(await workspace.usePicture(file))) return false;
    this.#outdate();
    const { own } = workspace;
    if (own) void keeping.keep('picture', own.identity, own.file);
    return true;
  }

  crop(box: Box): void {
    this.#session.workspace.cropTo(box);
    for (const panel of this.#session.panels) panel.outdate();
    this.#session.inference.soon();
  }

  caption(caption: string): void {
    this.#session.workspace.typeCaption(caption);
    this.#session.inference.soon();
  }

  foil(foil: string): void {
    this.#session.workspace.typeFoil(foil);
    this.#session.inference.weighSoon(foil);
  }

  #outdate(): void {
    this.#session.selection.forgetPoint();
    for (const panel of this.#session.panels) panel.outdate();
  }
}
