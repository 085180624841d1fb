import { logit, percent } from '../ink/format';

/**
 * A logit says by itself whether the model takes a text for true; a similarity is only more or less than another, as is the likelihood that a
 * model would write a text: the mean logarithm of each word's probability.
 */
export type ScoreKind = 'logit' | 'similarity' | 'likelihood';

/** What a logit above and below 0 says: that a caption fits its picture, also where the model was given none, or that a sentence is true of two. */
export const saidBy = {
  fit: ['Fits', 'Does not fit'],
  blind: ['Given no picture: fits', 'Given no picture: does not fit'],
  truth: ['True', 'False'],
} as const;

/** Scores closer than this are told as alike. */
const alike = 0.05;

/** The probability that a logit stands for. */
export const chanceOf = (score: number): number => 1 / (1 + Math.exp(-score));

/** First whether the caption fits at all, then which text is preferred; `loses` where that is not the caption. */
export interface Verdict {
  fit: string;
  preference: string;
  loses: boolean;
}

/**
 * @param caption null while it is not known, and where the model gives none
 * @param foil null without one
 * @param given false where no score will ever come
 * @param says what a logit is the answer to
 */
export function verdictOf(
  caption: number | null,
  foil: number | null,
  kind: ScoreKind,
  given = true,
  says: keyof typeof saidBy = 'fit',
): Verdict {
  if (caption === null) return { fit: given ? 'No score yet' : 'No score', preference: '', loses: false };
  const fit =
    kind !== 'logit'
      ? `${kind === 'similarity' ? 'Similarity' : 'Log-likelihood a word'} ${logit(caption)}`
      : `${saidBy[says][caption >= 0 ? 0 : 1]}, ${percent(chanceOf(caption))}`;
  if (foil === null) {
    const preference = kind === 'logit' ? '' : 'says little without a foil';
    return { fit, preference, loses: kind === 'logit' && caption < 0 };
  }
  const by = Math.abs(caption - foil);
  if (by < alike) return { fit, preference: 'does not tell the two apart', loses: false };
  const preference = `prefers the ${caption > foil ? 'caption' : 'foil'} by ${logit(by)}`;
  return { fit, preference, loses: caption < foil };
}
