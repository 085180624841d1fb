import type { Trace } from '../../trace/trace';
import type { Sample } from '../input/samples';
import type { Panel } from '../panel/panel.svelte';
import { fetchRecording } from '../panel/recordings';
import { comparing } from './kin';
import type { Kin } from './kin';
import { Rolling } from './rolling.svelte';

/** Which heads do the same: over the run that is shown, or over recorded runs of every sample, which say more. */
export class Likeness {
  #recorded = $state.raw<{ folder: string; traces: readonly Trace[] } | null>(null);
  #recording: string | null = null;
  readonly #panel: () => Panel;
  readonly #trace: () => Trace | null;
  readonly #over: () => 'run' | 'samples';

  constructor(panel: () => Panel, trace: () => Trace | null, over: () => 'run' | 'samples') {
    this.#panel = panel;
    this.#trace = trace;
    this.#over = over;
  }

  /** What the heads are compared over; null while it is fetched. */
  readonly traces: readonly Trace[] | null = $derived.by(() => {
    const trace = this.#trace();
    if (this.#over() === 'run') return trace ? [trace] : [];
    return this.#recorded?.folder === this.#panel().folder ? this.#recorded.traces : null;
  });

  #last: Rolling<readonly Kin[]> | null = null;

  readonly kin: Rolling<readonly Kin[]> | null = $derived.by(() => {
    this.#last?.stop();
    this.#last = this.traces ? new Rolling(comparing(this.traces)) : null;
    return this.#last;
  });

  /** Fetches recorded runs of samples, as far as there are any of the model that is shown. */
  async record(samples: readonly Sample[]): Promise<void> {
    const { folder } = this.#panel();
    if (this.#recorded?.folder === folder || this.#recording === folder) return;
    this.#recording = folder;
    const found = await Promise.all(samples.map((sample) => fetchRecording(sample, folder)));
    if (this.#recording !== folder) return;
    this.#recording = null;
    this.#recorded = { folder, traces: found.flatMap((one) => one?.trace ?? []) };
  }
}
