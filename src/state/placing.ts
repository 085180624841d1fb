import type { Box } from '../trace/trace';
import type { Row } from './input/regions.svelte';
import type { Workspace } from './input/workspace.svelte';
import type { Keeping } from './keep/keeping.svelte';

/** What the visitor does with the regions of the picture; the models run again after each. */
export class Placing {
  readonly #workspace: Workspace;
  readonly #keeping: Keeping;
  readonly #run: (soon: boolean) => Promise<void> | void;

  /** @param run runs the models, at once or as soon as the visitor rests */
  constructor(workspace: Workspace, keeping: Keeping, run: (soon: boolean) => Promise<void> | void) {
    this.#workspace = workspace;
    this.#keeping = keeping;
    this.#run = run;
  }

  /** Gives models that find regions the visitor's boxes; null: those that their detector finds. */
  draw(boxes: readonly Box[] | null): void {
    this.#workspace.regions.draw(boxes);
    void this.#run(true);
  }

  /** Some of the regions that came from a file, and where they are to lie; null: all as they came. */
  place(rows: readonly Row[] | null): void {
    this.#workspace.regions.place(rows);
    void this.#run(true);
  }

  /** Takes what a detector elsewhere made of the picture, for models that are given it. */
  async use(files: readonly File[]): Promise<void> {
    if (await this.take(files)) await this.#run(false);
  }

  /** As `use`, but runs nothing yet. @param kept as in `Workspace.useFeatures` */
  async take(files: readonly File[], kept = false): Promise<boolean> {
    if (!(await this.#workspace.useFeatures(files, kept))) return false;
    const { held } = this.#workspace.regions;
    if (held) void this.#keeping.keep('features', held.identity, held.file);
    return true;
  }

  /** Takes the features of the picture away. */
  drop(): void {
    this.#workspace.regions.hold(null);
    void this.#run(true);
  }
}
