import { fixedShare } from '../../attention/fixed';
import type { AtlasNumber } from '../../charts/atlas/atlas';
import { percent } from '../../charts/ink/format';
import { attentionLut } from '../../charts/ink/ramp';
import type { Scheme } from '../../charts/ink/ramp';
import { attentionTone, gradientOf } from '../../charts/ink/tone';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Attention } from '../../trace/trace';
import { figuresOf, statisticsShown } from './profile';
import type { Statistic } from './profile';

/** What an atlas shows in place of maps. */
export interface Numbers {
  name: string;
  number: (attention: number, head: number | 'mean') => AtlasNumber | null;
  /** Why a module has none. */
  why?: (attention: number) => string | null;
  /** Both ends of the scale; null when there is nothing on it. */
  ends: readonly [string, string] | null;
  /** What is said when there is nothing. */
  none: string;
  gradient: string;
  unit: string;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Why a statistic is no finding: shares that no weight of the module could change. */
function fixedOf(lens: Lens, { keys }: Attention, id: string): string | null {
  const isShare = id === 'image' || id === 'text' || id === 'special';
  return isShare ? fixedShare(lens.trace?.tokens ?? [], keys, id) : null;
}

function valuesOf(lens: Lens, { id, value }: Statistic): (number | null)[][] {
  const known = (figure: number | null) => (Number.isFinite(figure) ? figure : null);
  return (lens.trace?.attentions ?? []).map((attention) =>
    figuresOf(lens, attention).map((head) => (fixedOf(lens, attention, id) ? null : known(value(head)))),
  );
}

/** A statistic of every head, on one scale for all models that stand beside each other. */
export function statisticNumbers(lens: Lens, lenses: readonly Lens[], id: string, scheme: Scheme): Numbers {
  const statistic = statisticsShown.find((one) => one.id === id) ?? statisticsShown[0];
  const own = valuesOf(lens, statistic);
  let [low, high] = [Infinity, -Infinity];
  for (const one of lenses)
    for (const value of valuesOf(one, statistic).flat()) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  const { name, unit } = statistic;
  return {
    name,
    unit,
    none: 'Figures follow once the model has run.',
    ends: high >= low ? [percent(low), percent(high)] : null,
    gradient: gradientOf(attentionLut(scheme)),
    why: (attention) => {
      const module = lens.trace?.attentions[attention];
      return module ? fixedOf(lens, module, statistic.id) : null;
    },
    number: (attention, head) => {
      const heads = own[attention] ?? [];
      const known = heads.filter((value) => value !== null);
      const value = head === 'mean' ? (known.length ? mean(known) : null) : (heads[head] ?? null);
      if (value === null) return null;
      const share = high > low ? (value - low) / (high - low) : 1;
      return { ...attentionTone(share, scheme), text: percent(value) };
    },
  };
}
