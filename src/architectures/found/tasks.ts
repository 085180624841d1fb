import type { Part } from './feeds';
import type { AttentionEntry, Manifest } from '../manifest';
import type { Placing } from './processor';
import { sees, type Answers, type Proposal } from './proposal';
import { likeliestScore, scoreOptions, type ScoreOption } from './score';

const inputs = (parts: readonly Part[]) => parts.flatMap(({ inspection }) => inspection.inputs);

/** The way to read a score that was answered, or that is proposed; null for none. */
export const scoreOf = ({ parts }: Proposal, answers: Answers): ScoreOption | null => {
  const options = sees(parts, 'text') && sees(parts, 'image') ? scoreOptions(parts) : [];
  const wanted = answers.score ?? likeliestScore(options).value;
  return options.find(({ id }) => id === wanted) ?? null;
};

/** Which outputs answer what. Words are guessed by logits over the vocabulary, where there is a piece to hide them with. */
export function tasksOf(proposal: Proposal, answers: Answers, mask: string | null): Manifest['tasks'] {
  const score = scoreOf(proposal, answers);
  const words = vocabularyOf(proposal);
  return {
    ...(score ? { match: { output: score.output } } : {}),
    ...(words && mask ? { mask: { output: words } } : {}),
  };
}

/** The output with a logit for each word of the vocabulary at each position. */
function vocabularyOf({ parts }: Proposal): string | undefined {
  const vocabulary = Math.max(...parts.map(({ inspection }) => inspection.vocabulary));
  const [words] = parts.flatMap(({ role, inspection: { outputs } }) =>
    outputs.flatMap(({ name, dtype, tried }) =>
      /^float(16|32)$/.test(dtype) && tried?.length === 3 && vocabulary > 2 && tried[2] === vocabulary
        ? [`${role}/${name}`]
        : [],
    ),
  );
  return words;
}

/** How a model goes on from a text, where words see none that come later: then its logits say what comes next. */
export function writesOf(
  proposal: Proposal,
  length: number | null,
  placing: Placing | null,
): NonNullable<Manifest['own']>['writes'] | null {
  const { parts } = proposal;
  const output = vocabularyOf(proposal);
  const texts = inputs(parts).filter(({ kind }) => kind === 'text').length;
  const ahead = parts.some(({ inspection }) =>
    (inspection.draft['graphs.model.attentions'].value as AttentionEntry[]).some(
      ({ causal, queries }) => causal && queries.includes('text'),
    ),
  );
  const joined = inputs(parts).some(({ kind }) => kind === 'sequence');
  if (!output || texts !== 1 || length !== null || !(ahead || joined)) return null;
  const [end = null, ...ends] = placing?.ends ?? [];
  return { output, start: placing?.start ?? null, end, ...(ends.length > 0 ? { ends } : {}), prompted: true };
}
