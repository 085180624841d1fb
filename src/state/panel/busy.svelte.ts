/** What a panel is busy with; what it shows meanwhile is `trace` and `recorded`. */
export type Activity = 'idle' | 'loading' | 'running' | 'failed';

/** What a panel is doing, and why it could not. */
export class Busy {
  #activity = $state<Activity>('idle');
  #sentence = $state<string | null>(null);

  get activity(): Activity {
    return this.#activity;
  }
  /** Why it failed, with the remedy; null unless `activity` is "failed". */
  get sentence(): string | null {
    return this.#sentence;
  }

  settle(activity: Activity = 'idle', sentence: string | null = null): void {
    this.#activity = activity;
    this.#sentence = sentence;
  }

  fail(error: unknown): void {
    this.settle('failed', error instanceof Error ? error.message : String(error));
  }
}
