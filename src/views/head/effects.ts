import { gradient, paint, reachOf } from '../../charts/atlas/importance';
import { signed } from '../../charts/ink/format';
import type { Scheme } from '../../charts/ink/ramp';
import type { Ablation } from '../../state/cause/ablation.svelte';
import type { Scores } from '../../state/cause/sweep.svelte';
import type { Display } from '../../state/lens/display.svelte';
import type { Numbers } from './figures';

function valueOf({ caption, foil }: Scores, effect: Display['effect']): number | null {
  if (effect === 'score') return caption;
  return foil === null ? null : caption - foil;
}

/** How much a head's absence changes the score of the caption, or how far that lies above the foil's; null until it is measured. */
export function changeOf(
  { sweep }: Ablation,
  after: Scores | undefined,
  effect: Display['effect'],
): number | null {
  const [now, before] = [after && valueOf(after, effect), sweep.plain && valueOf(sweep.plain, effect)];
  return now == null || before == null ? null : now - before;
}

/** What a sweep has measured so far, zero in the middle of the scale. */
export function effectsOf(ablation: Ablation, effect: Display['effect'], scheme: Scheme): Numbers {
  const { sweep, panel } = ablation;
  const changes = new Map(
    sweep.effects.map((one) => [`${one.attention}.${one.head}`, changeOf(ablation, one, effect)]),
  );
  const reach = reachOf(changes.values());
  const what = effect === 'score' ? 'the score' : 'the preference';
  const imported = panel.imported !== null;
  return {
    name: `change of ${what}, this head off`,
    unit: `${effect}, this head off; one input`,
    none: imported ? 'A run from a file is not run again.' : 'Not measured on this input.',
    ends: reach > 0 ? [signed(-reach), signed(reach)] : null,
    gradient: gradient(scheme),
    number: (attention, head) => {
      const change = head === 'mean' ? null : (changes.get(`${attention}.${head}`) ?? null);
      return change === null ? null : { ...paint(change, reach, scheme), text: signed(change) };
    },
  };
}
