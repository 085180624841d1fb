import { disownFrom } from '../../runtime/client';
import { heldCheckpoints, letGo, type Held } from '../../runtime/own/disk';

/** Checkpoints that were fetched from the Hub and lie in this browser, whether they were opened or not. */
export class Holdings {
  #held = $state.raw<readonly Held[]>([]);
  #problem = $state<string | null>(null);

  get held(): readonly Held[] {
    return this.#held;
  }
  /** Why one could not be deleted. */
  get problem(): string | null {
    return this.#problem;
  }

  async load(): Promise<void> {
    this.#held = await heldCheckpoints();
  }

  /** Deletes a checkpoint from the disk, and takes what was opened from it out of the page's list. */
  async remove({ folder }: Held): Promise<void> {
    this.#problem = null;
    try {
      await letGo(folder);
      await disownFrom(location.href, folder);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    await this.load();
  }
}
