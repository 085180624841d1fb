import { faults } from '../../attention/faults';
import type { Fault } from '../../attention/faults';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Trace } from '../../trace/trace';
import { titleOf } from './tokens';

const known = new WeakMap<Trace, readonly Fault[]>();

/** What of the shown run is no number, and where: one sentence, null for a sound run. */
export function sayFaults(lens: Lens): string | null {
  const { trace, panel } = lens;
  if (!trace) return null;
  const found = known.get(trace) ?? faults(trace.attentions);
  known.set(trace, found);
  if (!found.length) return null;
  const [{ attention, head, query, key, count }] = found;
  const where = `${trace.attentions[attention].name}, head ${head + 1}`;
  const more = found.length > 1 ? `, and some of ${found.length - 1} more heads` : '';
  return `${panel.name}: expected finite weights, got ${count} of ${where} that are none, first at ${titleOf(lens, query)} → ${titleOf(lens, key)}${more}. They are drawn as nothing, and the figures of these heads stay blank.`;
}
