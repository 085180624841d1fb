import type { saidBy, ScoreKind } from '../../charts/score/verdict';
import type { Lens } from '../../state/lens/lens.svelte';
import { takesRegions } from '../../state/panel/ground';
import type { Panel } from '../../state/panel/panel.svelte';

/** What one panel's model gives the caption and its foil, each null while it is not known. */
export interface Scores {
  caption: number | null;
  foil: number | null;
  kind: ScoreKind;
  /** What a logit is the answer to: whether a caption fits its picture, which the model may not have been given, or whether a sentence is true of two. */
  says: keyof typeof saidBy;
  /** False where the model, or the file of the run, gives no score at all. */
  given: boolean;
}

/** Whether a model was given zeros for regions that a detector elsewhere would have made. */
const seesNothing = (panel: Panel): boolean =>
  takesRegions(panel) &&
  panel.trace?.tokens.every(({ role, origin }) => role !== 'region' || origin === undefined) === true;

export function scoresOf(panel: Panel, { behind }: Lens): Scores {
  const { trace, foil, manifest, imported } = panel;
  const interaction = imported?.run.interaction ?? manifest?.interaction;
  const tasks = manifest?.tasks;
  return {
    given: imported
      ? trace?.outputs.match !== undefined
      : !tasks || Boolean(tasks.match ?? manifest.similarity),
    caption: (behind ? null : trace?.outputs.match?.data[0]) ?? null,
    says: manifest?.own?.second ? 'truth' : seesNothing(panel) ? 'blind' : 'fit',
    foil: foil?.outputs.match?.data[0] ?? null,
    kind:
      manifest?.own?.score?.by === 'likelihood'
        ? 'likelihood'
        : interaction === 'VSE' || manifest?.similarity || trace?.similarity
          ? 'similarity'
          : 'logit',
  };
}
