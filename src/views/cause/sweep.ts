import type { ImportanceRow } from '../../charts/atlas/importance';
import type { Ablation } from '../../state/cause/ablation.svelte';
import type { Scores } from '../../state/cause/sweep.svelte';
import { cellId } from '../head/heads';

/** What a head's absence changes: the score of the caption, or how far it lies above that of the foil. */
export type Measure = 'score' | 'preference';

function valueOf({ caption, foil }: Scores, measure: Measure): number | null {
  if (measure === 'score') return caption;
  return foil === null ? null : caption - foil;
}

function change(effect: Scores | undefined, plain: Scores | null, measure: Measure): number | null {
  const [after, before] = [effect && valueOf(effect, measure), plain && valueOf(plain, measure)];
  return after == null || before == null ? null : after - before;
}

/** A row for each attention module, a cell for each of its heads: empty until the sweep has reached it. */
export function importanceRows({ panel, sweep }: Ablation, measure: Measure): ImportanceRow[] {
  const effects = new Map(sweep.effects.map((effect) => [cellId(effect), effect]));
  return panel.attentions.map(({ name, stage, heads }, attention) => ({
    id: String(attention),
    name,
    stage,
    cells: Array.from({ length: heads }, (_, head) => {
      const id = cellId({ attention, head });
      return {
        id,
        column: String(head + 1),
        title: `without ${name}, head ${head + 1}`,
        value: change(effects.get(id), sweep.plain, measure),
      };
    }),
  }));
}

/** The sweep as a table: one row a head, numbers as the model gave them. */
export function sweepTable({ panel, sweep }: Ablation): {
  header: string[];
  rows: (string | number | null)[][];
} {
  const { plain, subject, effects } = sweep;
  return {
    header: [
      ...['model', 'caption', 'foil', 'module', 'head', 'caption_score', 'caption_score_off', 'score_change'],
      ...['foil_score', 'foil_score_off', 'preference_change'],
    ],
    rows: effects.map((effect) => [
      ...[panel.name, subject?.caption ?? null, subject?.foil ?? null],
      ...[panel.attentions[effect.attention].name, effect.head + 1],
      ...[plain?.caption ?? null, effect.caption, change(effect, plain, 'score')],
      ...[plain?.foil ?? null, effect.foil, change(effect, plain, 'preference')],
    ]),
  };
}
