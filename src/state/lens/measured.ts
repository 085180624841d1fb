import type { HeadAt } from '../../attention/divergence';
import { faults } from '../../attention/faults';
import type { Fault } from '../../attention/faults';
import { statistics } from '../../attention/statistics';
import type { HeadStatistics } from '../../attention/statistics';
import type { Stream, Trace } from '../../trace/trace';
import { Rolling } from './rolling.svelte';

/** What was measured of one head in one run: for text and for image queries, null where it has none. */
export interface Measured extends HeadAt, Record<Stream, HeadStatistics | null> {
  /** Weights that are no numbers: nothing that is computed from them says anything. */
  fault: Fault | null;
}

const known = new WeakMap<Trace, Rolling<readonly Measured[]>>();

/** Statistics of every head of a run, in order; computed once a run, in slices. */
export function measuredOf(trace: Trace): Rolling<readonly Measured[]> {
  const found = known.get(trace) ?? new Rolling(measuring(trace));
  known.set(trace, found);
  return found;
}

function* measuring({ attentions, tokens }: Trace): Generator<number, readonly Measured[]> {
  const result: Measured[] = [];
  for (const [attention, module] of attentions.entries()) {
    const broken = faults([module]);
    yield attention / attentions.length;
    const text = statistics(module, tokens, 'text');
    yield (attention + 0.5) / attentions.length;
    const image = statistics(module, tokens, 'image');
    for (let head = 0; head < module.heads; head++) {
      const fault = broken.find((one) => one.head === head);
      result.push({
        attention,
        head,
        text: text?.[head] ?? null,
        image: image?.[head] ?? null,
        fault: fault ? { ...fault, attention } : null,
      });
    }
    yield (attention + 1) / attentions.length;
  }
  return result;
}
