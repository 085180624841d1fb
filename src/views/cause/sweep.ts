import type { Ablation } from '../../state/cause/ablation.svelte';
import type { HeadChoice } from '../../state/lens/selection.svelte';
import { changeOf } from '../head/effects';

/** A head that was switched off alone, and what that changed. */
export interface Ranked extends HeadChoice {
  /** "joint 5, head 2" */
  name: string;
  change: number;
}

/** Heads whose absence changes most, either way, first. */
export function ranked(ablation: Ablation, effect: 'score' | 'preference'): Ranked[] {
  const { panel, sweep } = ablation;
  return sweep.effects
    .flatMap((one) => {
      const change = changeOf(ablation, one, effect);
      const name = `${panel.attentions[one.attention].name}, head ${Number(one.head) + 1}`;
      return change === null ? [] : [{ attention: one.attention, head: one.head, name, change }];
    })
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

/** The sweep as a table: one row a head, numbers as the model gave them. */
export function sweepTable(ablation: Ablation): {
  header: string[];
  rows: (string | number | null)[][];
} {
  const { panel, sweep } = ablation;
  const { plain, subject, effects } = sweep;
  return {
    header: [
      ...['model', 'caption', 'foil', 'module', 'head', 'caption_score', 'caption_score_off', 'score_change'],
      ...['foil_score', 'foil_score_off', 'preference_change'],
    ],
    rows: effects.map((effect) => [
      ...[panel.name, subject?.caption ?? null, subject?.foil ?? null],
      ...[panel.attentions[effect.attention].name, effect.head + 1],
      ...[plain?.caption ?? null, effect.caption, changeOf(ablation, effect, 'score')],
      ...[plain?.foil ?? null, effect.foil, changeOf(ablation, effect, 'preference')],
    ]),
  };
}
