import { joinPieces } from '../trace/spell';
import type { Ask, Next, Trace } from '../trace/trace';
import type { Assets, Outcome } from './adapter';

/** Words after which an answer that has found no end is left as it is. */
const most = 12;

/**
 * The answer that a model writes to a question, each time the likeliest word. `answers` is that one answer with the probability of all its words after one
 * another; `steps` is a run for each word, with the maps of modules in which words look, where maps are asked for at all.
 * @param run one step, which says what comes next
 */
export async function writeAnswer(
  { manifest }: Assets,
  ask: Ask,
  run: (step: Ask) => Promise<Outcome>,
): Promise<Outcome> {
  const modules = Object.values(manifest.graphs).flatMap((graph) => graph.attentions);
  const words = modules.flatMap(({ queries }, index) => (queries.includes('text') ? [index] : []));
  const attentions = ask.attentions === 'none' ? 'none' : words;
  const steps: Trace[] = [];
  const written: Next[] = [];
  while (written.length < most) {
    const outcome = await run({ ...ask, task: 'write', attentions, written: written.map(({ id }) => id) });
    steps.push(asStep(outcome));
    const [best] = outcome.next!;
    written.push(best);
    if (best.ends) break;
  }
  const text = joinPieces(written.flatMap((word) => (word.ends ? [] : [word.text])));
  const probability = written.reduce((product, word) => product * word.probability, 1);
  const bare = steps[0].attentions.map((attention) => ({ ...attention, weights: null }));
  return {
    ...steps[0],
    attentions: bare,
    answers: [{ text, probability }],
    ...(attentions !== 'none' && { steps }),
  };
}

/** A step by itself: its weights were views of the maps of all modules, of which those of the picture alone have hundreds of megabytes. */
const asStep = (outcome: Outcome): Trace => ({
  ...outcome,
  attentions: outcome.attentions.map(({ weights, ...rest }) => ({
    ...rest,
    weights: weights && { dims: weights.dims, data: weights.data.slice() },
  })),
  timings: { prepare: 0, run: 0, read: 0 },
  backend: null,
});
