import type { Box } from '../trace/trace';
import type { Sample } from './input/samples';
import type { Named } from './input/second.svelte';
import type { Workspace } from './input/workspace.svelte';
import type { Keeping } from './keep/keeping.svelte';
import type { Selection } from './lens/selection.svelte';
import { readsTwo } from './panel/ground';
import type { Panel } from './panel/panel.svelte';

/** What of a session has to do with a second picture. */
interface Session {
  readonly workspace: Workspace;
  readonly selection: Selection;
  readonly keeping: Keeping;
  readonly panels: readonly Panel[];
  readonly inference: { soon(): void; runPanel(panel: Panel): Promise<void> };
}

/** What the visitor does with the second picture; models that read two run again after each. */
export class Pairing {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Whether a model beside the others reads two pictures. */
  get wanted(): boolean {
    return this.#session.panels.some(readsTwo);
  }

  async use(file: Blob): Promise<void> {
    if (await this.take(file)) await this.#run();
  }

  /** As `use`, but runs nothing yet. @returns false when it was refused or a later choice overtook it */
  async take(file: Blob): Promise<boolean> {
    const { second } = this.#session.workspace;
    if (!(await second.usePicture(file))) return false;
    const { own } = second;
    if (own) void this.#session.keeping.keep('second', own.identity, own.file);
    return true;
  }

  async choose(sample: Sample): Promise<void> {
    if (await this.#session.workspace.second.chooseSample(sample)) await this.#run();
  }

  async drop(): Promise<void> {
    this.#session.workspace.second.drop();
    await this.#run();
  }

  cropTo(box: Box): void {
    this.#session.workspace.second.cropTo(box);
    this.#outdate();
    this.#session.inference.soon();
  }

  /**
   * Brings the second picture of an address, and runs nothing yet.
   * @returns what it could not bring, in words
   */
  async bring(named: Named | null): Promise<string[]> {
    const { workspace, keeping } = this.#session;
    workspace.second.drop(named);
    if (named?.of === 'sample') {
      const sample = workspace.samples.find(({ id }) => id === named.id);
      if (sample && (await workspace.second.chooseSample(sample))) return [];
      return [`the sample “${named.id}” as its second picture, which this page has not`];
    }
    const file = named && (await keeping.find('second', named.id));
    if (!named || (file && (await this.take(file)))) return [];
    return [
      'its second picture, which never left the browser it was given to (give it again beside the first)',
    ];
  }

  async #run(): Promise<void> {
    const { panels, inference } = this.#session;
    this.#outdate();
    await Promise.all(panels.filter(readsTwo).map((panel) => inference.runPanel(panel)));
  }

  /** Places in the former second picture mean nothing, and neither do its maps. */
  #outdate(): void {
    const { selection, panels } = this.#session;
    if (selection.selected?.picture === 1) selection.forgetPoint();
    for (const panel of panels) if (readsTwo(panel)) panel.outdate();
  }
}
